//! What `lahja-build` generates of the types that `tests/same_bytes` derives.

lahja::include_proto!("twins.v1");
