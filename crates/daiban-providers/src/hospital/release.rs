//! When each department releases places, as the service last said, so that looks may be quick around that moment.

/// Releases by department.
#[derive(Debug, Default)]
pub(super) struct ReleaseMemory {}
