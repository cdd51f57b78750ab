//! What an errand has to show, by service: permits with permits, tickets with tickets; and the one thing that is not there
//! yet, with the way to it.

use daiban_core::{
    Lang, account::Account, descriptor::Descriptor, household::ErrandRow, service::Service,
};

use super::{views::ErrandView, words::t};

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
        Service::Permit => t(lang, "进京证", "Permits"),
        Service::Rail => t(lang, "车票", "Tickets"),
        Service::Violation => t(lang, "违章", "Fines"),
        Service::Hospital => t(lang, "挂号", "Visits"),
        Service::Vehicle => t(lang, "车", "Cars"),
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
            t(lang, "加一个账号", "Add an account"),
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
        Service::Permit => t(
            lang,
            "有了账号和车牌，这里会有 14 天里哪天有证、哪天没有。",
            "With an account and a plate, this shows fourteen days with and without a permit.",
        ),
        Service::Rail => t(
            lang,
            "说了哪天、从哪到哪，这里会有盯到的票和付款期限。",
            "Say the day and the stations, and this shows the ticket and by when to pay.",
        ),
        Service::Violation => t(
            lang,
            "有了行驶证上的号码，这里会有罚款和记分。",
            "With the numbers of the vehicle licence, this shows fines and points.",
        ),
        Service::Hospital => t(
            lang,
            "说了科室和日子，这里会有挂上的号、在哪看、几时前能取消。",
            "Say the department and the days, and this shows the visit, where it is and until when it can be cancelled.",
        ),
        Service::Vehicle => t(
            lang,
            "有了车的账号，这里会有锁没锁、油够不够、停在哪。",
            "With the car’s account, this shows whether it is locked, its fuel and where it stands.",
        ),
    }
}
