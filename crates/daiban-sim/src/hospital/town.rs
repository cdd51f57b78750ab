//! Hospitals of an invented town, so that a search has something to find.
