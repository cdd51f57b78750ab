//! What an errand has to show, by service: permits with permits, tickets with tickets; and the one thing that is not there
//! yet, with the way to it.

use daiban_core::{
    Lang, account::Account, descriptor::Descriptor, household::ErrandRow, service::Service,
};

use super::{views::ErrandView, words::m};

/// The errands of one service.
pub(super) struct Group {
    /// Name of its icon, and part of the id of its heading.
    pub(super) icon: &'static str,
    pub(super) name: &'static str,
    /// What has a picture.
    pub(super) shown: Vec<ErrandView>,
    /// What has none, a line each.
    pub(super) rows: Vec<ErrandView>,
}

/// Errands by service, in the order services are offered.
pub(super) fn groups(
    errands: Vec<ErrandView>,
    services: &[&'static Descriptor],
    lang: Lang,
) -> Vec<Group> {
    let group = |service: &&'static Descriptor| Group {
        icon: service.service.as_str(),
        name: heading(service.service, lang),
        shown: Vec::new(),
        rows: Vec::new(),
    };
    let mut groups: Vec<Group> = services.iter().map(group).collect();
    for errand in errands {
        let Some(group) = groups.iter_mut().find(|group| group.icon == errand.icon) else {
            continue;
        };
        match errand.has_picture() {
            true => group.shown.push(errand),
            false => group.rows.push(errand),
        }
    }
    groups.iter_mut().for_each(legend_once);
    groups.retain(|group| !(group.shown.is_empty() && group.rows.is_empty()));
    groups
}

/// Below several strips every mark is explained once.
fn legend_once(group: &mut Group) {
    let mut told = Vec::new();
    let strips = group.shown.iter_mut().flat_map(|errand| &mut errand.strips);
    for strip in strips {
        strip.legend.retain(|(mark, _)| !told.contains(mark));
        told.extend(strip.legend.iter().map(|(mark, _)| *mark));
    }
}

/// What a service's errands are called together.
pub(super) fn heading(service: Service, lang: Lang) -> &'static str {
    match service {
        Service::Permit => m(lang, "shell-permits"),
        Service::Rail => m(lang, "shell-tickets"),
        Service::Violation => m(lang, "shell-fines"),
        Service::Hospital => m(lang, "shell-visits"),
        Service::Vehicle => m(lang, "shell-cars"),
    }
}

/// Something that is not there yet.
pub(super) struct Ghost {
    pub(super) name: &'static str,
    /// What would be here.
    pub(super) said: &'static str,
    pub(super) href: String,
    pub(super) label: &'static str,
}

/// The first service that nothing is carried for, with the next step towards it.
pub(super) fn ghost(
    rows: &[ErrandRow],
    accounts: &[Account],
    services: &[&'static Descriptor],
    lang: Lang,
) -> Option<Ghost> {
    let is_carried = |service: Service| {
        let begins = format!("{service}.");
        rows.iter()
            .any(|row| !row.phase.is_over() && row.kind.starts_with(&begins))
    };
    let missing = services.iter().find(|one| !is_carried(one.service))?;
    let kind = missing.errands.iter().find(|kind| !kind.internal)?;
    let has_account = accounts.iter().any(|one| one.service == missing.service);
    let (href, label) = match has_account {
        true => (
            format!("/errands/new/{}", kind.kind),
            kind.label.in_lang(lang),
        ),
        false => (
            format!("/accounts/new/{}", missing.service),
            m(lang, "shell-add-an-account"),
        ),
    };
    Some(Ghost {
        name: heading(missing.service, lang),
        said: would_be(missing.service, lang),
        href,
        label,
    })
}

fn would_be(service: Service, lang: Lang) -> &'static str {
    match service {
        Service::Permit => m(lang, "shell-with-an-account-and-a"),
        Service::Rail => m(lang, "shell-say-the-day-and-the"),
        Service::Violation => m(lang, "shell-with-the-numbers-of-the"),
        Service::Hospital => m(lang, "shell-say-the-department-and-the"),
        Service::Vehicle => m(lang, "shell-with-the-cars-account-this"),
    }
}
