//! What to have at hand before an account is added, and how one signs in, step by step, in plain words.
//!
//! *Source*: `docs/providers/*.md`, section "Signing in". What is not known in public is not described here.

use daiban_core::{Lang, service::Service};

use crate::web::words::m;

/// What to have at hand.
pub(super) fn before(service: Service, lang: Lang) -> Vec<&'static str> {
    match service {
        Service::Permit => vec![
            m(lang, "accounts-your-own-account-with-the"),
            m(lang, "accounts-a-tool-that-shows-your"),
        ],
        Service::Rail => vec![
            m(lang, "accounts-a-phone-with-the-12306"),
            m(lang, "accounts-the-people-you-buy-for"),
        ],
        Service::Violation => vec![
            m(lang, "accounts-an-account-at-storeapi-net"),
            m(lang, "accounts-the-vehicle-licence-plate-engine"),
        ],
        Service::Hospital => vec![
            m(lang, "accounts-the-phone-registered-with-114"),
            m(lang, "accounts-to-know-since-8-dec"),
        ],
        Service::Vehicle => vec![
            m(lang, "accounts-an-account-of-the-makers"),
            m(lang, "accounts-a-tool-that-shows-your-2"),
        ],
    }
}

/// What to do for one way to sign in.
pub(super) fn steps(service: Service, way: &str, lang: Lang) -> Vec<&'static str> {
    match (service, way) {
        (Service::Permit, "token") => vec![
            m(lang, "accounts-start-the-tool-on-your"),
            m(lang, "accounts-find-a-request-to-jjz"),
            m(lang, "accounts-look-at-the-port-of"),
            m(lang, "accounts-paste-it-below-and-try"),
        ],
        (Service::Permit, _) => vec![
            m(lang, "accounts-fill-in-name-id-number"),
            m(lang, "accounts-daiban-shows-you-a-picture"),
            m(lang, "accounts-then-the-code-of-the"),
        ],
        (Service::Rail, "qr") => vec![
            m(lang, "accounts-give-it-a-name-and"),
            m(lang, "accounts-scan-the-code-with-the"),
            m(lang, "accounts-no-password-is-needed-here"),
        ],
        (Service::Rail, _) => vec![
            m(lang, "accounts-the-user-name-at-12306"),
            m(lang, "accounts-12306-sends-a-text-message"),
            m(lang, "accounts-where-it-wants-a-slider"),
        ],
        (Service::Violation, _) => vec![
            m(lang, "accounts-sign-in-at-the-provider"),
            m(lang, "accounts-where-it-gives-you-an"),
            m(lang, "accounts-fill-in-plate-engine-number"),
            m(lang, "accounts-adding-asks-nothing-and-costs"),
        ],
        (Service::Hospital, _) => vec![
            m(lang, "accounts-fill-in-the-phone-registered"),
            m(lang, "accounts-daiban-shows-you-a-picture-2"),
            m(lang, "accounts-type-the-six-digits-in"),
        ],
        (Service::Vehicle, "tokens") => vec![
            m(lang, "accounts-start-the-tool-on-your-2"),
            m(lang, "accounts-copy-access-token-and-refresh"),
            m(lang, "accounts-fill-in-the-signing-key"),
            m(lang, "accounts-try-it-daiban-lists-the"),
        ],
        (Service::Vehicle, _) => vec![
            m(lang, "accounts-a-fresh-auth-code-and"),
            m(lang, "accounts-then-sign-in-daiban-exchanges"),
        ],
    }
}

/// How long a sign-in lasts, where anybody has said so.
pub(super) fn lasts(service: Service, lang: Lang) -> &'static str {
    match service {
        Service::Violation => m(lang, "accounts-does-not-run-out-by"),
        _ => m(lang, "accounts-the-service-does-not-say"),
    }
}
