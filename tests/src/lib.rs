//! Helpers for tests that need several processes, hostile bytes or other languages.
