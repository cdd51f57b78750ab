//! Version 1.0 of signed requests.
