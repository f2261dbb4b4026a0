//! What users see of lahja-build: code for what is right, words for what is not.

mod golden;
mod googleapis;
mod mistakes;
mod options;
mod robustness;
mod support;
