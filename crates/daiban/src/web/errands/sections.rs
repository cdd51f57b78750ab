//! The fields of a form in sections, each field in the shape that is easiest on a phone: lists with buttons, spans of two
//! times, cars to choose from.

use daiban_core::{
    Lang,
    descriptor::{ErrandKind, Form, Wish},
};
use jiff::civil::Date;

use super::{
    super::{
        form::Field,
        vehicle::areas,
        visitor::Fields,
        words::{self, m},
    },
    draft::{Draft, is_list, is_ordered, span},
    plates::Known,
};

/// Fields under one heading.
pub(super) struct Section {
    pub(super) heading: &'static str,
    pub(super) fields: Vec<Field>,
}

impl Section {
    /// What is wrong in it: id, label, sentence.
    pub(super) fn wrong(&self) -> Vec<(String, String, String)> {
        let wrong = |field: &Field| {
            let error = field.error.clone()?;
            Some((field.name.clone(), field.label.to_owned(), error))
        };
        self.fields.iter().filter_map(wrong).collect()
    }
}

/// A list that is filled in item by item.
pub(in crate::web) struct List {
    /// The wish, for the names of its buttons.
    pub(in crate::web) wish: &'static str,
    /// Value, label, and a smaller word below.
    pub(in crate::web) items: Vec<(String, String, String)>,
    /// Whether their order matters.
    pub(in crate::web) ordered: bool,
    /// `date`, `text` or `area`: what one is added with.
    pub(in crate::web) adds: &'static str,
    /// What is known and not in the list yet.
    pub(in crate::web) offers: Vec<String>,
}

/// What fields are made rich with.
pub(super) struct Rich<'a> {
    pub(super) kind: &'static ErrandKind,
    pub(super) lang: Lang,
    /// What was typed; nothing: the form is fresh.
    pub(super) typed: Option<&'a Fields>,
    pub(super) draft: &'a Draft,
    pub(super) known: &'a Known,
}

impl Rich<'_> {
    /// The fields under their headings in the order of the wishes, and those that few need. Of a list without headings every
    /// field is in the first section.
    pub(super) fn sections(&self, fields: Vec<Field>) -> (Vec<Section>, Section) {
        let grouped = self.kind.wishes.iter().any(|wish| wish.group.is_some());
        let mut sections: Vec<Section> = Vec::new();
        let mut more = Section {
            heading: m(self.lang, "shell-more"),
            fields: Vec::new(),
        };
        for (wish, field) in self.kind.wishes.iter().zip(fields) {
            let field = self.field(wish, field);
            let heading = match wish.group {
                Some(group) => group.in_lang(self.lang),
                None if grouped => {
                    more.fields.push(field);
                    continue;
                }
                None => m(self.lang, "errands-what-you-wish"),
            };
            match sections.iter_mut().find(|one| one.heading == heading) {
                Some(section) => section.fields.push(field),
                None => sections.push(Section {
                    heading,
                    fields: vec![field],
                }),
            }
        }
        (sections, more)
    }

    fn field(&self, wish: &'static Wish, mut field: Field) -> Field {
        if let Some((_, wrong)) = self.draft.refused.filter(|(name, _)| *name == wish.name) {
            field.error = Some(wrong.said(self.lang).to_owned());
        }
        if is_list(self.kind, wish) {
            field.list = Some(self.list(wish));
            return field;
        }
        match wish.form {
            Form::Window => field.span = Some(self.span(wish)),
            // What must be said has no answer ahead.
            Form::Flag if wish.default.is_none() => field.form = "yes_no",
            Form::Text if wish.name == "car" && !self.known.cars.is_empty() => {
                field.choices = self.cars(&field.value);
                field.form = "choice";
            }
            _ => {}
        }
        field
    }

    fn list(&self, wish: &'static Wish) -> List {
        let items = self.draft.items(wish.name);
        let (adds, offers) = match wish.form {
            Form::Dates => ("date", &[][..]),
            Form::Plates => ("text", self.known.plates.as_slice()),
            _ => ("area", &[][..]),
        };
        let offers = offers.iter().filter(|offer| !items.contains(offer));
        List {
            wish: wish.name,
            items: items.iter().map(|item| self.item(wish, item)).collect(),
            ordered: is_ordered(wish) && items.len() > 1,
            adds,
            offers: offers.cloned().collect(),
        }
    }

    fn item(&self, wish: &Wish, item: &str) -> (String, String, String) {
        let (label, about) = match wish.form {
            _ if areas::are(self.kind.kind, wish.name) => areas::said(item, self.lang),
            Form::Dates => match item.parse::<Date>() {
                Ok(day) => (words::day(self.lang, day), String::new()),
                Err(_) => (item.to_owned(), String::new()),
            },
            _ => (item.to_owned(), String::new()),
        };
        (item.to_owned(), label, about)
    }

    fn span(&self, wish: &Wish) -> (String, String) {
        if let Some(typed) = self.typed {
            return span(typed, wish.name);
        }
        let halves = wish.default.and_then(|whole| whole.split_once('-'));
        let (from, to) = halves.unwrap_or_default();
        (from.to_owned(), to.to_owned())
    }

    fn cars(&self, value: &str) -> Vec<(String, String, bool)> {
        let first = m(self.lang, "errands-the-accounts-first");
        let first = (String::new(), first.to_owned(), value.is_empty());
        let cars = self.known.cars.iter().map(|(car, name)| {
            let is_chosen = car == value;
            (car.clone(), name.clone(), is_chosen)
        });
        std::iter::once(first).chain(cars).collect()
    }
}
