//! The family of the demo at the hospital service.
