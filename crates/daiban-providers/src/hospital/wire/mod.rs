//! Requests and replies in the service's own spelling.
