//! The parts of a visit's form: departments with their names, ordered lists, choices, and where an error stands.

use daiban_core::{
    Lang,
    descriptor::{ErrandKind, Form},
};
use daiban_providers::hospital::places::DepartmentRef;

use super::{
    super::{
        Web,
        form::{Errors, Field, invalid},
        page::said,
        words::m,
    },
    draft::Draft,
    finder::{self, Group, Hospitals},
    known,
};
use crate::app::{AppError, Appearances};

/// Fields that the form draws itself, with a place for their errors.
const OWN: &[&str] = &[
    "account",
    "departments",
    "from",
    "to",
    "patient",
    "doctors",
    "titles",
    "half_days",
    "weekdays",
    "hours",
    "then",
];

/// Titles that most hospitals have.
const TITLES: &[&str] = &[
    "主任医师",
    "副主任医师",
    "主治医师",
    "知名专家",
    "特需",
    "普通号",
];

/// A department that was chosen.
pub(super) struct Chosen {
    /// As it is sent.
    pub(super) value: String,
    pub(super) name: String,
    /// Its hospital.
    pub(super) about: String,
}

/// A list whose order counts.
pub(super) struct OrderedList {
    /// `doctors`; names of its buttons are made of it.
    pub(super) name: &'static str,
    /// The name of one entry in the form.
    pub(super) one: &'static str,
    pub(super) label: &'static str,
    pub(super) help: &'static str,
    pub(super) items: Vec<String>,
    /// What may be added: offered while one types, or to be chosen.
    pub(super) offers: Vec<String>,
    /// Whether nothing else than an offer can be added.
    pub(super) closed: bool,
    pub(super) error: Option<String>,
}

/// What the form's own finder shows.
pub(super) struct Finder {
    pub(super) found: Hospitals,
    /// The hospital whose departments are offered.
    pub(super) name: String,
    pub(super) groups: Vec<Group>,
    pub(super) more: usize,
    pub(super) error: Option<String>,
}

/// The finder as the draft has it.
pub(super) async fn finder(web: &Web, draft: &Draft, lang: Lang) -> Finder {
    let mut shown = Finder {
        found: Hospitals::none(true),
        name: String::new(),
        groups: Vec::new(),
        more: 0,
        error: None,
    };
    if draft.hos.is_empty() {
        if !finder::is_address(&draft.find_text) {
            shown.found = finder::hospitals(web, &draft.find_text, true, lang).await;
        }
        return shown;
    }
    match known::departments(web, &draft.hos).await {
        Ok(mut found) => {
            let named =
                found
                    .hospital
                    .get_or_insert_with(|| daiban_providers::hospital::places::Named {
                        code: draft.hos.clone(),
                        name: draft.hos.clone(),
                    });
            shown.name = named.name.clone();
            (shown.groups, shown.more) = finder::groups(&found, "");
        }
        Err(text) => shown.error = Some(text.in_lang(lang).to_owned()),
    }
    shown
}

/// Chosen departments by their names. What is no department stays as it was typed, and the wish says what is wrong.
pub(super) async fn chosen(web: &Web, draft: &Draft) -> Vec<Chosen> {
    let mut chosen = Vec::new();
    for value in &draft.departments {
        let names = match DepartmentRef::parse("departments", value) {
            Ok(department) => Some(known::names(web, &department).await),
            Err(_) => None,
        };
        let (name, about) = match names {
            Some((names, true)) => (
                names.second.name,
                format!("{} · {}", names.hospital.name, names.first.name),
            ),
            _ => (value.clone(), String::new()),
        };
        chosen.push(Chosen {
            value: value.clone(),
            name,
            about,
        });
    }
    chosen
}

/// Doctors, titles and halves of the day, with what errands have seen of these departments to choose from.
pub(super) fn lists<'a>(
    draft: &Draft,
    seen: impl Iterator<Item = &'a Appearances>,
    errors: &Errors,
    lang: Lang,
) -> Vec<OrderedList> {
    let (mut doctors, mut titles) = (Vec::new(), Vec::new());
    for one in seen.flat_map(|known| &known.seen) {
        doctors.extend(one.doctor.clone());
        titles.extend(one.title.clone());
    }
    titles.extend(TITLES.iter().map(|title| (*title).to_owned()));
    let halves = ["上午", "下午", "其他"].map(str::to_owned).to_vec();
    let list = |name: &'static str, one: &'static str, label, help, offers: Vec<String>| {
        let items = draft.list(name).to_vec();
        OrderedList {
            name,
            one,
            label,
            help,
            offers: offered(offers, &items),
            items,
            closed: name == "half_days",
            error: errors.of(name).map(str::to_owned),
        }
    };
    vec![
        list(
            "doctors",
            "doctor",
            m(lang, "hospital-doctors"),
            m(lang, "hospital-none-listed-anybody"),
            doctors,
        ),
        list(
            "titles",
            "title",
            m(lang, "hospital-titles"),
            m(lang, "hospital-none-listed-any-title"),
            titles,
        ),
        list(
            "half_days",
            "half_day",
            m(lang, "hospital-half-of-the-day"),
            m(lang, "hospital-none-listed-either"),
            halves,
        ),
    ]
}

/// Each once, without those that are there.
fn offered(offers: Vec<String>, items: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for offer in offers {
        if !items.contains(&offer) && !out.contains(&offer) {
            out.push(offer);
        }
    }
    out
}

/// Weekdays: value, label, chosen.
pub(super) fn weekdays(draft: &Draft, lang: Lang) -> Vec<(&'static str, &'static str, bool)> {
    [
        ("一", m(lang, "hospital-mon")),
        ("二", m(lang, "hospital-tue")),
        ("三", m(lang, "hospital-wed")),
        ("四", m(lang, "hospital-thu")),
        ("五", m(lang, "hospital-fri")),
        ("六", m(lang, "hospital-sat")),
        ("日", m(lang, "hospital-sun")),
    ]
    .map(|(value, label)| {
        (
            value,
            label,
            draft.weekdays.iter().any(|chosen| chosen == value),
        )
    })
    .to_vec()
}

/// Value, label, what it means, chosen.
pub(super) fn thens(
    kind: &ErrandKind,
    draft: &Draft,
    lang: Lang,
) -> Vec<(&'static str, &'static str, &'static str, bool)> {
    let wish = kind.wishes.iter().find(|wish| wish.name == "then");
    let choices = match wish.map(|wish| wish.form) {
        Some(Form::Choice(choices)) => choices,
        _ => &[],
    };
    let meaning = |word: &str| match word {
        "book" => m(lang, "hospital-what-fits-is-booked-at"),
        "ask" => m(lang, "hospital-a-place-in-demand-is"),
        "notify" => m(lang, "hospital-nothing-is-booked-no-patient"),
        _ => "",
    };
    choices
        .iter()
        .map(|(word, label)| {
            (
                *word,
                label.in_lang(lang),
                meaning(word),
                *word == draft.then,
            )
        })
        .collect()
}

/// Finds the place of what went wrong.
pub(super) fn errors(error: Option<&AppError>, fields: &[&[Field]], lang: Lang) -> Errors {
    let Some(error) = error else {
        return Errors::default();
    };
    if let AppError::NotFound {
        what: "account", ..
    } = error
    {
        let choose = m(lang, "shell-choose-an-account");
        return Errors::at("account", choose.to_owned());
    }
    let name = invalid(error).map(|invalid| invalid.field.split('.').next().unwrap_or_default());
    let stands = |field: &Field| field.error.is_some();
    match name {
        Some(name) if OWN.contains(&name) => Errors::at(name, said(error, lang)),
        _ if fields.iter().any(|list| list.iter().any(stands)) => Errors::default(),
        _ => Errors::general(error, lang),
    }
}
