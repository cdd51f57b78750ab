//! A visit's wish while it is being made: what the form carries from one press of a button to the next, and the wishes that
//! come of it. Pure.

use daiban_providers::hospital::places::DepartmentRef;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::super::visitor::Fields;

/// More entries of a list than anybody orders by hand.
const LIST_MOST: usize = 20;

/// Between several names typed at once.
const BETWEEN: [char; 4] = [',', '，', '、', ';'];

/// The lists whose order counts.
pub(super) const LISTS: [&str; 4] = ["departments", "doctors", "titles", "half_days"];

/// The wish as it stands in the form.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) account: String,
    /// Codes with slashes.
    pub(super) departments: Vec<String>,
    /// What was typed to find a department.
    pub(super) find_text: String,
    /// The hospital whose departments are offered.
    pub(super) hos: String,
    /// As typed.
    pub(super) from: String,
    pub(super) to: String,
    /// The chosen patient, as the wish writes it.
    pub(super) patient: String,
    pub(super) doctors: Vec<String>,
    pub(super) titles: Vec<String>,
    pub(super) half_days: Vec<String>,
    /// `一` to `日`.
    pub(super) weekdays: Vec<String>,
    /// `HH:MM` as typed.
    pub(super) hours: (String, String),
    /// `book`, `ask`, `notify`
    pub(super) then: String,
}

/// What the pressed button was for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Begin, or try out.
    Send,
    /// Something of the form, which is shown again.
    Edit,
    /// Something was to be added to this list, and nothing was named.
    AddNothing(&'static str),
}

impl Draft {
    /// Out of a form, or out of the address that leads to one.
    pub(super) fn read(fields: &Fields) -> Self {
        let list = |name: &str| {
            let mut list: Vec<String> = Vec::new();
            for value in fields.all(name).map(str::trim).take(LIST_MOST) {
                if !value.is_empty() && list.iter().all(|known| known != value) {
                    list.push(value.to_owned());
                }
            }
            list
        };
        let text = |name: &str| fields.text(name).to_owned();
        let then = match fields.text("then") {
            "" => "book",
            chosen => chosen,
        };
        let typed = fields.text("patient_text");
        Self {
            account: text("account"),
            departments: list("department"),
            find_text: text("find_text"),
            hos: text("hos"),
            from: text("from"),
            to: text("to"),
            patient: if typed.is_empty() {
                text("patient")
            } else {
                typed.to_owned()
            },
            doctors: list("doctor"),
            titles: list("title"),
            half_days: list("half_day"),
            weekdays: list("weekday"),
            hours: (text("hours_from"), text("hours_to")),
            then: then.to_owned(),
        }
    }

    /// What a form that is opened anew has in it: the day it was opened for, else the two weeks ahead.
    pub(super) fn fill_in(&mut self, date: &str, today: Date) {
        let ahead = |days: i64| {
            today
                .saturating_add(jiff::Span::new().days(days))
                .to_string()
        };
        for (field, otherwise) in [(&mut self.from, ahead(1)), (&mut self.to, ahead(14))] {
            if field.is_empty() {
                *field = if date.is_empty() {
                    otherwise
                } else {
                    date.to_owned()
                };
            }
        }
    }

    pub(super) fn list(&self, name: &str) -> &[String] {
        match name {
            "departments" => &self.departments,
            "doctors" => &self.doctors,
            "titles" => &self.titles,
            _ => &self.half_days,
        }
    }

    fn list_mut(&mut self, name: &str) -> Option<&mut Vec<String>> {
        match name {
            "departments" => Some(&mut self.departments),
            "doctors" => Some(&mut self.doctors),
            "titles" => Some(&mut self.titles),
            "half_days" => Some(&mut self.half_days),
            _ => None,
        }
    }

    /// Does what the pressed button says.
    pub(super) fn press(&mut self, fields: &Fields) -> Pressed {
        self.take_address();
        for verb in ["up", "down", "drop"] {
            if let Some(place) = fields.get(verb) {
                self.reorder(verb, place);
                return Pressed::Edit;
            }
        }
        for list in LISTS {
            if fields.get(&format!("add_{list}")).is_some() {
                return self.add(list, fields.text(&format!("new_{list}")));
            }
        }
        if let Some(hos) = fields.get("pick_hos") {
            self.hos = hos.trim().to_owned();
            return Pressed::Edit;
        }
        if fields.get("find").is_some() {
            self.hos.clear();
            return Pressed::Edit;
        }
        match fields.get("show") {
            Some(_) => Pressed::Edit,
            None => Pressed::Send,
        }
    }

    /// A pasted address is a department already.
    fn take_address(&mut self) {
        if let Ok(department) = DepartmentRef::parse("departments", &self.find_text) {
            self.push("departments", &department.to_string());
            self.find_text.clear();
        }
    }

    /// `doctors.1`: the second of that list.
    fn reorder(&mut self, verb: &str, place: &str) {
        let Some((list, at)) = place.split_once('.') else {
            return;
        };
        let (Some(list), Ok(at)) = (self.list_mut(list), at.parse::<usize>()) else {
            return;
        };
        match verb {
            "up" if (1..list.len()).contains(&at) => list.swap(at, at - 1),
            "down" if at + 1 < list.len() => list.swap(at, at + 1),
            "drop" if at < list.len() => {
                list.remove(at);
            }
            _ => {}
        }
    }

    fn add(&mut self, list: &'static str, typed: &str) -> Pressed {
        let names = typed.split(BETWEEN).map(str::trim);
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return Pressed::AddNothing(list);
        }
        for name in names {
            self.push(list, name);
        }
        Pressed::Edit
    }

    fn push(&mut self, list: &str, name: &str) {
        let Some(list) = self.list_mut(list) else {
            return;
        };
        if list.len() < LIST_MOST && list.iter().all(|known| known != name) {
            list.push(name.to_owned());
        }
    }

    /// The wishes; those without a field of their own come as they were typed.
    pub(super) fn wishes(&self, fields: &Fields) -> Map<String, Value> {
        let mut wishes: Map<String, Value> = fields
            .under("w.")
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        for name in LISTS {
            wishes.insert(name.to_owned(), json!(self.list(name)));
        }
        wishes.insert("weekdays".to_owned(), json!(self.weekdays));
        for (name, text) in [
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("patient", self.patient.clone()),
            ("then", self.then.clone()),
            ("hours", self.window()),
        ] {
            wishes.insert(name.to_owned(), json!(text));
        }
        wishes
    }

    /// A window with one end reaches to the day's own.
    fn window(&self) -> String {
        let or = |typed: &str, otherwise: &str| match typed {
            "" => otherwise.to_owned(),
            typed => typed.to_owned(),
        };
        match (self.hours.0.as_str(), self.hours.1.as_str()) {
            ("", "") => String::new(),
            (from, to) => format!("{}-{}", or(from, "00:00"), or(to, "23:59")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    fn press(before: &[&str], pairs: &[(&str, &str)]) -> (Pressed, Draft) {
        let doctors = before.iter().map(|name| ("doctor", *name));
        let all: Vec<(&str, &str)> = doctors.chain(pairs.iter().copied()).collect();
        let fields = Fields::from_pairs(&all);
        let mut draft = Draft::read(&fields);
        (draft.press(&fields), draft)
    }

    #[test]
    fn buttons_move_what_stands_in_a_list() {
        let abc = &["A", "B", "C"];
        for (verb, place, after) in [
            ("up", "doctors.2", &["A", "C", "B"][..]),
            ("down", "doctors.0", &["B", "A", "C"]),
            ("drop", "doctors.1", &["A", "C"]),
            ("up", "doctors.0", abc),
            ("down", "doctors.2", abc),
            ("drop", "doctors.9", abc),
            ("up", "doctors.x", abc),
            ("up", "titles.1", abc),
            ("drop", "nothing.0", abc),
            ("drop", "", abc),
        ] {
            let (pressed, draft) = press(abc, &[(verb, place)]);
            assert_eq!(
                (pressed, draft.doctors.as_slice()),
                (
                    Pressed::Edit,
                    &after
                        .iter()
                        .map(|name| (*name).to_owned())
                        .collect::<Vec<_>>()[..]
                ),
                "{verb} {place}"
            );
        }
    }

    #[test]
    fn names_are_added_at_the_end_and_once() {
        let (pressed, draft) = press(
            &["李"],
            &[("add_doctors", "1"), ("new_doctors", "王、李，张 ")],
        );
        assert_eq!(
            (pressed, draft.doctors.join(" ")),
            (Pressed::Edit, "李 王 张".to_owned())
        );
        let (pressed, _) = press(&[], &[("add_titles", "1"), ("new_titles", " ")]);
        assert_eq!(pressed, Pressed::AddNothing("titles"));
    }

    #[test]
    fn a_pasted_address_is_a_department_whatever_is_pressed() {
        let page = "https://www.114yygh.com/hospital/162/04/644/source";
        for button in ["find", "show", "dry_run", "begin"] {
            let (_, draft) = press(&[], &[("find_text", page), (button, "1")]);
            assert_eq!(draft.departments, ["162/04/644"], "{button}");
            assert_eq!(draft.find_text, "");
        }
        let (pressed, draft) = press(&[], &[("find_text", "儿童"), ("hos", "9"), ("find", "1")]);
        assert_eq!((pressed, draft.hos.as_str()), (Pressed::Edit, ""));
        let (_, draft) = press(&[], &[("find_text", "儿童"), ("pick_hos", "162")]);
        assert_eq!(
            (draft.find_text.as_str(), draft.hos.as_str()),
            ("儿童", "162")
        );
    }

    #[test]
    fn a_form_becomes_wishes() {
        let fields = Fields::from_pairs(&[
            ("department", "162/04/644"),
            ("department", "162/04/645"),
            ("from", "2026-12-01"),
            ("to", "2026-12-07"),
            ("patient", "王小例"),
            ("doctor", "李示例"),
            ("title", "主任医师"),
            ("half_day", "下午"),
            ("half_day", "上午"),
            ("weekday", "一"),
            ("weekday", "三"),
            ("hours_from", "09:00"),
            ("then", "ask"),
            ("w.card", "any"),
            ("w.fee_max", "60"),
        ]);
        let wishes = Draft::read(&fields).wishes(&fields);
        let expected = json!({
            "departments": ["162/04/644", "162/04/645"], "from": "2026-12-01", "to": "2026-12-07", "patient": "王小例",
            "doctors": ["李示例"], "titles": ["主任医师"], "half_days": ["下午", "上午"], "weekdays": ["一", "三"],
            "hours": "09:00-23:59", "then": "ask", "card": "any", "fee_max": "60",
        });
        assert_eq!(Value::Object(wishes), expected);
        let typed = Fields::from_pairs(&[("patient", "王小例"), ("patient_text", " 李四 ")]);
        assert_eq!(Draft::read(&typed).patient, "李四");
    }

    #[test]
    fn a_new_form_is_for_the_day_it_was_opened_for() {
        let today = date(2026, 11, 22);
        let mut draft = Draft::default();
        draft.fill_in("", today);
        assert_eq!(
            (draft.from.as_str(), draft.to.as_str()),
            ("2026-11-23", "2026-12-06")
        );
        let mut draft = Draft::default();
        draft.fill_in("2026-12-01", today);
        assert_eq!(
            (draft.from.as_str(), draft.to.as_str()),
            ("2026-12-01", "2026-12-01")
        );
    }
}
