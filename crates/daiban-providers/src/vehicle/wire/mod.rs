//! Requests and replies. The only room with upstream spelling.
