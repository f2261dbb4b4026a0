//! delivery_choices
