//! The page in words against the vectors.
