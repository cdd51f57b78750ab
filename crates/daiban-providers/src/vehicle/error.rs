//! Upstream codes → the eight errors.
