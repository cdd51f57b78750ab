//! The form of `hospital.visit`. It works by forms alone: every button sends the whole form, and what was filled in comes
//! back with it. What 114 shows (hospitals, departments, patients) helps to fill it in and is never required.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    account::AccountState, dates, descriptor::ErrandKind, id::AccountId, invalid::InvalidInput,
    service::Service,
};

use super::{
    super::{
        Web,
        errands::{Dry, Tried, own_accounts, standing, told},
        form::{Errors, Field, Filled, Making, changed},
        page::{Shell, html_with},
        security::Oops,
        views,
        visitor::{Fields, Me},
        words::State as Standing,
    },
    VISIT,
    draft::{Draft, Pressed},
    parts::{self, Chosen, Finder, OrderedList},
    patients::{self, PatientView},
};
use crate::app::{AppError, NewErrand, Started};

/// Wishes about what fits.
const FITS: &[&str] = &["fee_max", "any_doctor_after_days"];
/// Wishes that few need.
const MORE: &[&str] = &["priority", "watch_from", "stop_on", "pace_s"];

#[derive(Template)]
#[template(path = "hospital_errand_new.html")]
struct NewPage {
    s: Shell,
    label: &'static str,
    /// Id, name, chosen.
    accounts: Vec<(String, String, bool)>,
    standing: Option<(String, Standing)>,
    departments: Vec<Chosen>,
    finder: Finder,
    draft: Draft,
    today: String,
    patients: Vec<PatientView>,
    no_patients: Option<String>,
    /// A patient who is not in the list.
    patient_text: String,
    lists: Vec<OrderedList>,
    weekdays: Vec<(&'static str, &'static str, bool)>,
    thens: Vec<(&'static str, &'static str, &'static str, bool)>,
    card: Vec<Field>,
    fits: Vec<Field>,
    fits_open: bool,
    more: Vec<Field>,
    more_open: bool,
    errors: Errors,
    dry: Option<Dry>,
}

/// `GET /errands/new/hospital.visit?department=&doctor=&title=&date=`
pub(in crate::web) async fn form(
    State(web): State<Web>,
    me: Me,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let kind = offered(&web)?;
    let fields = Fields(asked);
    let mut draft = Draft::read(&fields);
    draft.fill_in(fields.text("date"), dates::today(web.app.now()));
    let making = Shown {
        web: &web,
        me: &me,
        kind,
        filled: Filled::Fresh,
    };
    let page = making.page(draft, Tried::default()).await?;
    Ok(html_with(StatusCode::OK, &page))
}

/// `POST /errands/new/hospital.visit`: a button of the form, trying out, or beginning.
pub(in crate::web) async fn add(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let kind = offered(&web)?;
    let mut draft = Draft::read(&fields);
    let tried = match draft.press(&fields) {
        Pressed::Edit => Tried::default(),
        Pressed::AddNothing(list) => Tried::failed(nothing_to_add(list)),
        Pressed::Send => match send(&web, &me, &draft, &fields).await {
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
    let code = StatusCode::from_u16(tried.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(error @ (AppError::Store(_) | AppError::Internal(_))) = tried.error {
        return Err(error.into());
    }
    let making = Shown {
        web: &web,
        me: &me,
        kind,
        filled: Filled::Typed(&fields),
    };
    let page = making.page(draft, tried).await?;
    Ok(html_with(code, &page))
}

fn nothing_to_add(list: &str) -> AppError {
    AppError::Invalid(match list {
        "departments" => InvalidInput::new(list, "先选一个科室，再加", "choose a department first"),
        _ => InvalidInput::new(list, "先写或选一个，再加", "write or choose one first"),
    })
}

fn offered(web: &Web) -> Result<&'static ErrandKind, AppError> {
    views::kind_of(&web.app.services(), VISIT).ok_or_else(|| AppError::NotFound {
        what: "errand kind",
        id: VISIT.to_owned(),
    })
}

async fn send(web: &Web, me: &Me, draft: &Draft, fields: &Fields) -> Result<Started, AppError> {
    if draft.departments.is_empty() {
        return Err(AppError::Invalid(InvalidInput::new(
            "departments",
            "先找一个科室",
            "find a department first",
        )));
    }
    if draft.patient.is_empty() && draft.then != "notify" {
        return Err(AppError::Invalid(InvalidInput::new(
            "patient",
            "选给谁挂；只要通知的话，在下面选只告诉我",
            "choose the patient; to be told only, say so below",
        )));
    }
    let new = NewErrand {
        kind: VISIT.to_owned(),
        account: AccountId::from(draft.account.as_str()),
        wishes: draft.wishes(fields),
    };
    let dry_run = fields.get("dry_run").is_some();
    web.app.add_errand(&me.actor, new, dry_run).await
}

/// Shows the form.
struct Shown<'a> {
    web: &'a Web,
    me: &'a Me,
    kind: &'static ErrandKind,
    filled: Filled<'a>,
}

impl Shown<'_> {
    async fn page(self, draft: Draft, tried: Tried) -> Result<NewPage, AppError> {
        let (lang, web) = (self.me.lang, self.web);
        let accounts = own_accounts(web, self.me, Service::Hospital).await?;
        let chosen = accounts
            .iter()
            .find(|account| account.id.as_str() == draft.account)
            .or(accounts.iter().find(|one| one.state == AccountState::Ready))
            .or(accounts.first());
        let (patients, no_patients) = patients::gather(web, self.me, chosen, &draft.patient).await;
        let making = Making {
            lang,
            prefix: "w.",
            filled: self.filled,
            error: tried.error.as_ref(),
            accounts: &[],
        };
        let fields = |names: &[&str]| making.named(self.kind.wishes, names);
        let (card, fits, more) = (fields(&["card"]), fields(FITS), fields(MORE));
        let errors = parts::errors(tried.error.as_ref(), &[&card, &fits, &more], lang);
        let appeared = web.app.hospital_appeared(&self.me.actor).await?;
        let seen = draft.departments.iter().filter_map(|one| appeared.get(one));
        let hours = !draft.hours.0.is_empty() || !draft.hours.1.is_empty();
        let own_errors = ["weekdays", "hours"]
            .iter()
            .any(|name| errors.of(name).is_some());
        Ok(NewPage {
            s: Shell::full(web, self.me, "errands").await?,
            label: self.kind.label.in_lang(lang),
            standing: chosen.and_then(|account| standing(account, lang)),
            accounts: accounts
                .iter()
                .map(|account| {
                    let is_chosen = chosen.is_some_and(|chosen| chosen.id == account.id);
                    (account.id.to_string(), account.name.clone(), is_chosen)
                })
                .collect(),
            departments: parts::chosen(web, &draft).await,
            finder: parts::finder(web, &draft, lang).await,
            today: dates::today(web.app.now()).to_string(),
            lists: parts::lists(&draft, seen, &errors, lang),
            weekdays: parts::weekdays(&draft, lang),
            thens: parts::thens(self.kind, &draft, lang),
            fits_open: fits.iter().any(changed)
                || hours
                || own_errors
                || !draft.weekdays.is_empty(),
            more_open: more.iter().any(changed),
            patient_text: match patients.iter().any(|one| one.checked) {
                true => String::new(),
                false => draft.patient.clone(),
            },
            patients,
            no_patients,
            card,
            fits,
            more,
            errors,
            dry: tried.dry,
            draft,
        })
    }
}
