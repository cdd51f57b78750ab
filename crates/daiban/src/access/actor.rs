//! Who asks, and what they may see, use and change. Every rule of roles, scopes and sharing is one of these short methods.

use daiban_core::{
    household::{Role, Scope, User},
    id::UserId,
};

/// Who asks, and how far they may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The name they typed at sign-in.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// What the way they came in allows.
    pub scope: Scope,
}

impl Actor {
    /// A user who came in with everything they may do.
    pub fn whole(user: &User) -> Self {
        Self {
            user: user.id.clone(),
            name: user.name.clone(),
            role: user.role,
            scope: Scope::Admin,
        }
    }

    /// Whether a row of that user is shown; `shared`: its account is shared with the household. Admins and viewers see
    /// everything, members what is their own and what is shared.
    pub fn sees(&self, owner: &UserId, shared: bool) -> bool {
        match self.role {
            Role::Admin | Role::Viewer => true,
            Role::Member => shared || *owner == self.user,
        }
    }

    /// Whether they may see who and what is in an account: patients, passengers, where a car is. A screen in the hall that
    /// only looks is not shown people, shared or not.
    pub fn looks_into(&self, owner: &UserId, shared: bool) -> bool {
        let with_the_household = shared && self.role != Role::Viewer;
        with_the_household || *owner == self.user || self.governs()
    }

    /// Whether they may let an account of that user work for them: begin, run, pause, resume, answer, tell a car.
    pub fn uses(&self, owner: &UserId, shared: bool) -> bool {
        self.writes() && (shared || *owner == self.user || self.governs())
    }

    /// Whether rows of that user may be changed and removed. Others' rows, shared or not, need an admin with everything an
    /// admin may do.
    pub fn changes(&self, owner: &UserId) -> bool {
        self.writes() && (*owner == self.user || self.governs())
    }

    /// Whether anything may be changed at all.
    pub fn writes(&self) -> bool {
        self.role != Role::Viewer && self.scope >= Scope::Write
    }

    /// Whether users, others' tokens and others' rows may be changed.
    pub fn governs(&self) -> bool {
        self.role == Role::Admin && self.scope == Scope::Admin
    }

    /// Whether what is one's own alone (password, name, second step, sessions) may be changed: not by a token that only looks
    /// or writes. Viewers may: it is their own.
    pub fn keeps_oneself(&self) -> bool {
        self.scope == Scope::Admin
    }

    /// The filter for lists of what is never shared: everybody's rows, or their own.
    pub fn only(&self) -> Option<&UserId> {
        match self.role {
            Role::Admin | Role::Viewer => None,
            Role::Member => Some(&self.user),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, scope: Scope) -> Actor {
        Actor {
            user: UserId::from("me"),
            name: "me".to_owned(),
            role,
            scope,
        }
    }

    /// `l` seen in lists, `i` looked into, `u` used, `c` changed.
    fn may(actor: &Actor, owner: &str, shared: bool) -> String {
        let owner = UserId::from(owner);
        [
            ("l", actor.sees(&owner, shared)),
            ("i", actor.looks_into(&owner, shared)),
            ("u", actor.uses(&owner, shared)),
            ("c", actor.changes(&owner)),
        ]
        .into_iter()
        .filter_map(|(letter, may)| may.then_some(letter))
        .collect()
    }

    #[test]
    fn who_sees_uses_and_changes_what() {
        // role, scope: own, shared by somebody else, somebody else's
        for (role, scope, own, shared, others) in [
            (Role::Admin, Scope::Admin, "liuc", "liuc", "liuc"),
            (Role::Admin, Scope::Write, "liuc", "liu", "l"),
            (Role::Admin, Scope::Read, "li", "li", "l"),
            (Role::Member, Scope::Admin, "liuc", "liu", ""),
            (Role::Member, Scope::Write, "liuc", "liu", ""),
            (Role::Member, Scope::Read, "li", "li", ""),
            (Role::Viewer, Scope::Admin, "li", "l", "l"),
            (Role::Viewer, Scope::Write, "li", "l", "l"),
            (Role::Viewer, Scope::Read, "li", "l", "l"),
        ] {
            let actor = actor(role, scope);
            let seen = [
                may(&actor, "me", false),
                may(&actor, "other", true),
                may(&actor, "other", false),
            ];
            assert_eq!(seen, [own, shared, others], "{role:?} {scope:?}");
        }
    }
}
