//! The binary: command line, web, API, notices, net, settings, wiring.
