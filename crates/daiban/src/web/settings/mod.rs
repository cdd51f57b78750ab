//! Settings: one page a file, and the phone's index of everything that is not in its bottom bar.
//!
//! A page has its own address below `/settings`, its own template below `templates/settings/`, and a line in
//! `templates/settings/tabs.html`.

use daiban_core::household::Role;

use super::{
    Web,
    page::said,
    sign_in::try_again,
    visitor::{Fields, Me},
};
use crate::app::{About, AppError};

pub(super) mod backup;
pub(super) mod diagnostics;
pub(super) mod general;
pub(super) mod index;
pub(super) mod member;
pub(super) mod recovery;
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

/// Takes the code of a form that changes what reaches beyond this session, if it takes one. What is given back is what is wrong
/// with the code.
async fn prove(web: &Web, me: &mut Me, fields: &Fields) -> Result<Option<String>, AppError> {
    if !web.app.takes_code(&me.actor, Some(&me.session)).await? {
        return Ok(None);
    }
    let (code, about) = (fields.text("code"), About::user(&me.actor.user));
    let given = web.app.give_code(&me.actor, code, Some(&me.session), about);
    match given.await {
        Ok(()) => {
            me.session.fresh_at = Some(web.app.access().now());
            Ok(None)
        }
        Err(error @ AppError::Invalid(_)) => Ok(Some(said(&error, me.lang))),
        Err(AppError::Locked { until }) => {
            Ok(Some(try_again(me.lang, until, web.app.access().now())))
        }
        Err(error) => Err(error),
    }
}

/// Whether forms of this page ask for a code.
async fn asks_code(web: &Web, me: &Me) -> Result<bool, AppError> {
    web.app.takes_code(&me.actor, Some(&me.session)).await
}

fn role_of(word: &str) -> Option<Role> {
    match word {
        "admin" => Some(Role::Admin),
        "member" => Some(Role::Member),
        "viewer" => Some(Role::Viewer),
        _ => None,
    }
}
