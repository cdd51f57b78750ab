//! The form of an errand kind, made from its descriptor. It works by forms alone: every button sends the whole form, and what
//! was filled in comes back with it.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    Lang, Timestamp,
    account::{Account, AccountState},
    dates,
    descriptor::ErrandKind,
    id::AccountId,
    service::Service,
};

use super::{
    super::{
        Web,
        form::{self, Filled, Making, beside_the_fields},
        page::{Shell, html, html_with},
        security::Oops,
        vehicle, views,
        visitor::{Fields, Me},
        words::{self, m},
    },
    draft::{Draft, Pressed},
    plates::{Known, known},
    sections::{self, Section},
};
use crate::{
    app::{AppError, DryRun, NewErrand, Next, Started},
    say,
};

#[derive(Template)]
#[template(path = "errand_new.html")]
struct NewPage {
    s: Shell,
    kind: &'static str,
    icon: String,
    label: &'static str,
    help: &'static str,
    /// Id, name, chosen.
    accounts: Vec<(String, String, bool)>,
    account_error: Option<String>,
    sections: Vec<Section>,
    /// What few need.
    more: Section,
    more_open: bool,
    /// Whether the account can be asked for its cars by a button.
    can_show: bool,
    /// Whether the car's own place is known, so that it can become an area.
    knows_place: bool,
    error: Option<String>,
    /// What is wrong at fields: the field's id, its label, the sentence.
    wrong: Vec<(String, String, String)>,
    dry: Option<Dry>,
}

/// What an errand would do now.
pub(in crate::web) struct Dry {
    pub(in crate::web) steps: Vec<String>,
    pub(in crate::web) next: String,
}

/// `GET /errands/new/{kind}?account=`
pub(in crate::web) async fn form(
    State(web): State<Web>,
    me: Me,
    Path(kind): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let kind = offered(&web, &kind)?;
    let fields = Fields(asked);
    let is_fresh = !fields.0.iter().any(|(name, _)| name.starts_with("w."));
    let draft = Draft::read(kind, &fields);
    let making = Shown::of(&web, &me, kind, &fields).await?;
    let filled = match is_fresh {
        true => Filled::Fresh,
        false => Filled::Typed(&fields),
    };
    Ok(html(&making.page(filled, &draft, Tried::default()).await?))
}

/// `POST /errands/new/{kind}`: a button of the form, trying out, or beginning.
pub(in crate::web) async fn add(
    State(web): State<Web>,
    me: Me,
    Path(kind): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let kind = offered(&web, &kind)?;
    let making = Shown::of(&web, &me, kind, &fields).await?;
    let mut draft = Draft::read(kind, &fields);
    let pressed = draft.press(kind, &fields, making.known.place.as_deref());
    let tried = match pressed {
        Pressed::Edit => Tried::default(),
        Pressed::Send if draft.refused.is_some() => Tried::unclear(),
        Pressed::Send => match begin(&web, &me, kind, (&draft, &fields)).await {
            Ok(Started::Errand(errand)) => {
                return Ok(Redirect::to(&format!("/errands/{}", errand.id)).into_response());
            }
            Ok(Started::DryRun(dry)) => Tried {
                dry: Some(told(&dry, me.lang)),
                ..Tried::default()
            },
            Err(error) => Tried::failed(error),
        },
    };
    let status = StatusCode::from_u16(tried.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_server_error() && !matches!(tried.error, Some(AppError::Service(_))) {
        return Err(tried.error.unwrap_or(AppError::Forbidden).into());
    }
    let page = making.page(Filled::Typed(&fields), &draft, tried).await?;
    Ok(html_with(status, &page))
}

async fn begin(
    web: &Web,
    me: &Me,
    kind: &'static ErrandKind,
    (draft, fields): (&Draft, &Fields),
) -> Result<Started, AppError> {
    let new = NewErrand {
        kind: kind.kind.to_owned(),
        account: AccountId::from(fields.text("account")),
        wishes: draft.wishes(kind, fields),
    };
    let dry_run = fields.get("dry_run").is_some();
    web.app.add_errand(&me.actor, new, dry_run).await
}

/// What came of a form that did not begin an errand.
pub(in crate::web) struct Tried {
    pub(in crate::web) error: Option<AppError>,
    pub(in crate::web) dry: Option<Dry>,
    pub(in crate::web) status: u16,
}

impl Default for Tried {
    fn default() -> Self {
        Self {
            error: None,
            dry: None,
            status: 200,
        }
    }
}

impl Tried {
    /// Refused.
    pub(in crate::web) fn failed(error: AppError) -> Self {
        Self {
            status: say::status(&error),
            error: Some(error),
            dry: None,
        }
    }

    /// Something at a field has to be made clear first.
    pub(in crate::web) fn unclear() -> Self {
        Self {
            status: 422,
            ..Self::default()
        }
    }
}

/// Accounts of a service that they may begin an errand with.
pub(in crate::web) async fn own_accounts(
    web: &Web,
    me: &Me,
    service: Service,
) -> Result<Vec<Account>, AppError> {
    let mut accounts = web.app.accounts(&me.actor).await?;
    accounts.retain(|account| {
        account.service == service && me.actor.uses(&account.user, account.shared)
    });
    Ok(accounts)
}

/// What stands beside an account that is not signed in.
pub(in crate::web) fn standing(account: &Account, lang: Lang) -> Option<(String, words::State)> {
    (account.state != AccountState::Ready).then(|| {
        (
            format!("/accounts/{}", account.id),
            words::account(lang, account.state),
        )
    })
}

fn offered(web: &Web, kind: &str) -> Result<&'static ErrandKind, AppError> {
    let found = views::kind_of(&web.app.services(), kind).filter(|kind| !kind.internal);
    found.ok_or_else(|| AppError::NotFound {
        what: "errand kind",
        id: kind.to_owned(),
    })
}

pub(in crate::web) fn told(dry: &DryRun, lang: Lang) -> Dry {
    Dry {
        steps: dry
            .steps
            .iter()
            .map(|step| step.reason.in_lang(lang).to_owned())
            .collect(),
        next: match dry.next {
            Next::Sleep(Some(until)) => waits(until, lang),
            _ => say::next_words(&dry.next, lang),
        },
    }
}

fn waits(until: Timestamp, lang: Lang) -> String {
    let (day, time) = (words::day(lang, dates::today(until)), words::clock(until));
    match lang {
        Lang::Zh => format!("接下来会等到 {day} {time}"),
        Lang::En => format!("would now wait until {day} {time}"),
    }
}

/// What a page is made with.
struct Shown<'a> {
    web: &'a Web,
    me: &'a Me,
    kind: &'static ErrandKind,
    /// All they may begin errands with, of every service.
    accounts: Vec<Account>,
    /// Of this kind's service: the chosen one, else the first.
    chosen: Option<AccountId>,
    known: Known,
}

impl<'a> Shown<'a> {
    async fn of(
        web: &'a Web,
        me: &'a Me,
        kind: &'static ErrandKind,
        fields: &Fields,
    ) -> Result<Self, AppError> {
        let mut accounts = web.app.accounts(&me.actor).await?;
        accounts.retain(|account| me.actor.uses(&account.user, account.shared));
        let asked = fields.text("account");
        let mut theirs = accounts.iter().filter(|one| is_of(one, kind));
        let first = theirs.clone().next();
        let chosen = theirs.find(|one| one.id.as_str() == asked).or(first);
        let known = match chosen {
            Some(account) => known(web, me, kind, account, fields).await?,
            None => Known::default(),
        };
        let chosen = chosen.map(|account| account.id.clone());
        Ok(Self {
            web,
            me,
            kind,
            accounts,
            chosen,
            known,
        })
    }

    async fn page(
        &self,
        filled: Filled<'_>,
        draft: &Draft,
        tried: Tried,
    ) -> Result<NewPage, AppError> {
        let (lang, kind) = (self.me.lang, self.kind);
        let typed = match &filled {
            Filled::Typed(fields) => Some(*fields),
            _ => None,
        };
        let making = Making {
            lang,
            prefix: "w.",
            filled,
            error: tried.error.as_ref(),
            accounts: &self.accounts,
        };
        let fields = making.fields(kind.wishes);
        let account_error = account_error(tried.error.as_ref(), lang);
        let beside = match account_error {
            Some(_) => None,
            None => beside_the_fields(tried.error.as_ref(), &[&fields], lang),
        };
        let rich = sections::Rich {
            kind,
            lang,
            typed,
            draft,
            known: &self.known,
        };
        let (sections, more) = rich.sections(fields);
        let account_wrong = account_error.as_ref().map(|error| {
            let label = m(lang, "shell-account");
            ("account".to_owned(), label.to_owned(), error.clone())
        });
        let wrong = sections.iter().chain([&more]).flat_map(Section::wrong);
        Ok(NewPage {
            wrong: account_wrong.into_iter().chain(wrong).collect(),
            s: Shell::full(self.web, self.me, "errands").await?,
            kind: kind.kind,
            icon: service_word(kind).to_owned(),
            label: kind.label.in_lang(lang),
            help: kind.help.in_lang(lang),
            accounts: self.choices(),
            account_error,
            more_open: more.fields.iter().any(form::changed),
            can_show: self.known.can_show,
            knows_place: self.known.place.is_some(),
            error: beside,
            sections,
            more,
            dry: tried.dry,
        })
    }

    fn choices(&self) -> Vec<(String, String, bool)> {
        let theirs = self.accounts.iter().filter(|one| is_of(one, self.kind));
        let choice = |account: &Account| {
            let is_chosen = Some(&account.id) == self.chosen.as_ref();
            (account.id.to_string(), account.name.clone(), is_chosen)
        };
        theirs.map(choice).collect()
    }
}

fn service_word(kind: &ErrandKind) -> &'static str {
    kind.kind.split('.').next().unwrap_or_default()
}

fn is_of(account: &Account, kind: &ErrandKind) -> bool {
    account.service.as_str() == service_word(kind)
}

fn account_error(error: Option<&AppError>, lang: Lang) -> Option<String> {
    let error = error.filter(|error| {
        let is_missing = matches!(
            error,
            AppError::NotFound {
                what: "account",
                ..
            }
        );
        error.field() == Some("account") || is_missing
    })?;
    Some(match form::invalid(error) {
        Some(invalid) => invalid.text.in_lang(lang).to_owned(),
        None => m(lang, "shell-choose-an-account").to_owned(),
    })
}

/// Whether a form is that of a watch, whose areas have fields of their own.
pub(super) fn has_areas(kind: &ErrandKind) -> bool {
    kind.kind == vehicle::WATCH
}
