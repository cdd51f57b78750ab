//! Settings: one page a file, and the phone's index of everything that is not in its bottom bar.
//!
//! A page has its own address below `/settings`, its own template below `templates/settings/`, and a line in
//! `templates/settings/tabs.html`.

use daiban_core::household::Role;

use super::visitor::Me;

pub(super) mod backup;
pub(super) mod diagnostics;
pub(super) mod general;
pub(super) mod index;
pub(super) mod sessions;
pub(super) mod tokens;
pub(super) mod two_step;
pub(super) mod users;

/// The way from one settings page to the others.
pub(super) struct Tabs {
    /// The last step of the page's address; empty for the general one.
    pub(super) here: &'static str,
    /// Whether pages for admins are offered.
    pub(super) governs: bool,
}

impl Tabs {
    /// For the page of that name.
    pub(super) fn new(me: &Me, here: &'static str) -> Self {
        Self {
            here,
            governs: me.actor.governs(),
        }
    }

    /// For `aria-current`.
    pub(super) fn on(&self, page: &str) -> bool {
        self.here == page
    }
}

fn role_of(word: &str) -> Option<Role> {
    match word {
        "admin" => Some(Role::Admin),
        "member" => Some(Role::Member),
        "viewer" => Some(Role::Viewer),
        _ => None,
    }
}
