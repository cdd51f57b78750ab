//! A ticket wish while it is being made: what the form carries from one press of a button to the next, and the wishes that
//! come of it. Pure.

use daiban_core::Lang;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::{
    super::{lists, visitor::Fields, words},
    stations::split,
    words as say,
};

/// More preferences than anybody orders by hand.
const PREFERENCES_MOST: usize = 60;

/// Between the parts of a preference.
const PART: char = '/';

/// The wish as it stands in the form.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) account: String,
    /// As typed.
    pub(super) from: String,
    pub(super) to: String,
    /// In order, each once.
    pub(super) dates: Vec<Date>,
    /// What was typed as a date and is none.
    pub(super) wrong_date: Option<String>,
    /// Checked passengers, by the values of their boxes.
    pub(super) who: Vec<String>,
    /// Tickets of another kind than the passenger's own: box and kind.
    pub(super) kinds: Vec<(String, String)>,
    /// Passengers typed.
    pub(super) who_text: String,
    /// In order.
    pub(super) prefer: Vec<String>,
    pub(super) types: Vec<String>,
    /// `order`, `ask`, `notify`
    pub(super) then: String,
}

/// What the pressed button was for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Begin, or try out.
    Send,
    /// Something of the form, which is shown again.
    Edit,
    /// A train was to be added, and none was named.
    AddNothing,
}

impl Draft {
    /// Out of a form, or out of the address that leads to one.
    pub(super) fn read(fields: &Fields) -> Self {
        let all = |name: &str| -> Vec<String> {
            let values = fields.all(name).map(|value| value.trim().to_owned());
            values.filter(|value| !value.is_empty()).collect()
        };
        let picked = |pick: &str, name: &str| {
            let picked = fields.get(pick).or(fields.get(name));
            picked.unwrap_or_default().trim().to_owned()
        };
        let (dates, wrong_date) = dates(fields);
        let then = match fields.text("then") {
            "" => "order",
            chosen => chosen,
        };
        Self {
            account: fields.text("account").to_owned(),
            from: picked("pick_from", "from"),
            to: picked("pick_to", "to"),
            dates,
            wrong_date,
            who: all("who"),
            kinds: fields
                .under("kind.")
                .filter(|(_, kind)| !kind.is_empty())
                .map(|(who, kind)| (who.to_owned(), kind.to_owned()))
                .collect(),
            who_text: fields.text("who_text").to_owned(),
            prefer: all("prefer").into_iter().take(PREFERENCES_MOST).collect(),
            types: all("type"),
            then: then.to_owned(),
        }
    }

    /// The train an address leads here with becomes the first preference.
    pub(super) fn prefer_train(&mut self, train: &str, seat: &str) {
        if self.prefer.is_empty() && !train.is_empty() {
            self.add("", train, seat);
        }
    }

    /// Does what the pressed button says.
    pub(super) fn press(&mut self, fields: &Fields) -> Pressed {
        let moved = lists::press(&mut self.prefer, fields, "");
        if fields.get("add").is_some() {
            let (day, seat) = (fields.text("add_date"), fields.text("add_seat"));
            let trains = [fields.text("add_train"), fields.text("add_other")];
            let trains: Vec<String> = trains.iter().flat_map(|typed| split(typed)).collect();
            if trains.is_empty() {
                return Pressed::AddNothing;
            }
            for train in trains {
                self.add(day, &train, seat);
            }
            return Pressed::Edit;
        }
        let edits = ["show", "pick_from", "pick_to"];
        if moved || edits.iter().any(|name| fields.get(name).is_some()) {
            return Pressed::Edit;
        }
        Pressed::Send
    }

    fn add(&mut self, day: &str, train: &str, seat: &str) {
        // A part that holds what stands between parts would become another wish.
        let clean = |part: &str| part.replace([PART, ',', '，', ' '], "");
        let train = clean(train).to_ascii_uppercase();
        let mut item = vec![clean(day), train, clean(seat)];
        item.retain(|part| !part.is_empty());
        let item = item.join("/");
        if !self.prefer.contains(&item) && self.prefer.len() < PREFERENCES_MOST {
            self.prefer.push(item);
        }
    }

    /// Everybody who travels, as the wish writes them.
    pub(super) fn passengers(&self) -> Vec<String> {
        let chosen = self.who.iter().map(|who| {
            let kind = self.kinds.iter().find(|(whose, _)| whose == who);
            kind.map_or_else(|| who.clone(), |(_, kind)| format!("{who}:{kind}"))
        });
        chosen.chain(split(&self.who_text)).collect()
    }

    /// The wishes, with the stations as they were understood. `last_day`: the last day on sale.
    pub(super) fn wishes(
        &self,
        fields: &Fields,
        (from, to): (&[String], &[String]),
        last_day: Date,
    ) -> Map<String, Value> {
        let mut wishes: Map<String, Value> = fields
            .under("w.")
            .map(|(name, value)| (name.to_owned(), Value::from(tidy(name, value))))
            .collect();
        let dates: Vec<String> = self.dates.iter().map(Date::to_string).collect();
        let waits = self.dates.iter().any(|date| *date > last_day);
        for (name, list) in [
            ("from", from),
            ("to", to),
            ("dates", &dates),
            ("passengers", &self.passengers()),
            ("prefer", &self.prefer),
            ("types", &self.types),
        ] {
            wishes.insert(name.to_owned(), Value::from(list.to_vec()));
        }
        wishes.insert("then".to_owned(), Value::from(self.then.as_str()));
        wishes.insert("wait_for_sale".to_owned(), Value::from(waits));
        wishes
    }
}

/// Lists are typed with 、 too, and a date field writes a `T` between day and time.
fn tidy(name: &str, value: &str) -> String {
    match name {
        "until" => value.replacen('T', " ", 1),
        _ => value.replace('、', "，"),
    }
}

fn dates(fields: &Fields) -> (Vec<Date>, Option<String>) {
    let (mut dates, mut wrong) = (Vec::new(), None);
    for typed in fields.all("date").chain(fields.all("later")) {
        match typed.trim() {
            "" => {}
            text => match daiban_core::dates::parse_date("dates", text) {
                Ok(date) => dates.push(date),
                Err(_) => wrong = Some(text.to_owned()),
            },
        }
    }
    dates.sort_unstable();
    dates.dedup();
    (dates, wrong)
}

/// One preference as it is shown.
pub(super) struct Preference {
    /// As it is sent.
    pub(super) value: String,
    pub(super) train: String,
    pub(super) seat: String,
    pub(super) about: String,
}

/// Reads a preference for people. `known` says times and price of a train and class.
pub(super) fn preference(
    value: &str,
    lang: Lang,
    known: impl Fn(&str, &str) -> Option<String>,
) -> Preference {
    let mut parts: Vec<&str> = value.split(PART).collect();
    let day: Option<Date> = parts[0].parse().ok();
    if day.is_some() {
        parts.remove(0);
    }
    let train = parts.first().copied().unwrap_or_default();
    let seat = parts.get(1).copied().unwrap_or_default();
    let mut about: Vec<String> = day.map(|day| words::day(lang, day)).into_iter().collect();
    about.extend(known(train, seat));
    Preference {
        value: value.to_owned(),
        train: train_words(train, lang),
        seat: match seat {
            "" => words::m(lang, "rail-any-class").to_owned(),
            seat => say::class_named(lang, seat),
        },
        about: about.join(" · "),
    }
}

/// `G105`; a star stands for all of them.
pub(super) fn train_words(train: &str, lang: Lang) -> String {
    match train.strip_suffix('*') {
        Some("") => words::m(lang, "rail-any-train").to_owned(),
        Some(kind) => match lang {
            Lang::Zh => format!("任意 {kind} 字头"),
            Lang::En => format!("any {kind} train"),
        },
        None => train.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn draft(prefer: &[&str]) -> Draft {
        Draft {
            prefer: prefer.iter().map(|item| (*item).to_owned()).collect(),
            ..Draft::default()
        }
    }

    fn check(before: &[&str], fields: &[(&str, &str)], after: &[&str]) {
        let mut draft = draft(before);
        let pressed = draft.press(&Fields::from_pairs(fields));
        assert_eq!(pressed, Pressed::Edit, "{fields:?}");
        assert_eq!(draft.prefer, after, "{fields:?}");
    }

    #[test]
    fn buttons_move_preferences() {
        let abc = &["A", "B", "C"];
        check(abc, &[("up", "2")], &["A", "C", "B"]);
        check(abc, &[("down", "0")], &["B", "A", "C"]);
        check(abc, &[("drop", "1")], &["A", "C"]);
        for nonsense in ["0", "3", "99", "-1", "x"] {
            check(abc, &[("up", nonsense)], abc);
        }
        check(abc, &[("down", "2")], abc);
        check(abc, &[("drop", "3")], abc);
        check(&[], &[("down", "0")], &[]);
    }

    #[test]
    fn trains_are_added_at_the_end_and_once() {
        let add = |train: &'static str, seat: &'static str| {
            [("add", "1"), ("add_train", train), ("add_seat", seat)]
        };
        check(
            &["G7/二等座"],
            &add("g105", "二等座"),
            &["G7/二等座", "G105/二等座"],
        );
        check(&["G7"], &add("G7", ""), &["G7"]);
        check(&[], &add("G*", "一等座"), &["G*/一等座"]);
        check(&[], &add("G1、G3", ""), &["G1", "G3"]);
        check(&[], &add("G1/9/9", ""), &["G199"]);
        let dated = [("add", "1"), ("add_date", "2026-12-02"), ("add_other", "*")];
        check(&[], &dated, &["2026-12-02/*"]);
        let mut nothing = draft(&[]);
        let pressed = nothing.press(&Fields::from_pairs(&[("add", "1"), ("add_train", " ")]));
        assert_eq!((pressed, nothing.prefer.len()), (Pressed::AddNothing, 0));
    }

    #[test]
    fn only_the_two_last_buttons_send() {
        for name in ["dry_run", "begin", ""] {
            let mut draft = draft(&["A"]);
            let fields = Fields::from_pairs(&[(name, "1"), ("prefer", "A")]);
            assert_eq!(draft.press(&fields), Pressed::Send, "{name}");
        }
        for name in ["show", "pick_from", "pick_to"] {
            let fields = Fields::from_pairs(&[(name, "1")]);
            assert_eq!(draft(&[]).press(&fields), Pressed::Edit, "{name}");
        }
    }

    #[test]
    fn a_form_becomes_wishes() {
        let fields = Fields::from_pairs(&[
            ("from", "bjn"),
            ("pick_from", "北京南"),
            ("to", "上海虹桥"),
            ("date", "2026-12-02"),
            ("date", "2026-12-01"),
            ("later", "2026-12-20"),
            ("who", "张三"),
            ("who", "u2"),
            ("kind.u2", "child"),
            ("kind.张三", ""),
            ("who_text", "李四:student"),
            ("prefer", "G105/二等座"),
            ("prefer", "G7"),
            ("type", "G"),
            ("then", "ask"),
            ("w.seats", "二等座、一等座"),
            ("w.until", "2026-12-01T22:00"),
        ]);
        let draft = Draft::read(&fields);
        assert_eq!(draft.from, "北京南");
        let names = (["北京南".to_owned()], ["上海虹桥".to_owned()]);
        let wishes = draft.wishes(&fields, (&names.0, &names.1), date(2026, 12, 6));
        let expected = json!({
            "from": ["北京南"], "to": ["上海虹桥"], "dates": ["2026-12-01", "2026-12-02", "2026-12-20"],
            "passengers": ["张三", "u2:child", "李四:student"], "prefer": ["G105/二等座", "G7"], "types": ["G"],
            "then": "ask", "wait_for_sale": true, "seats": "二等座，一等座", "until": "2026-12-01 22:00",
        });
        assert_eq!(Value::Object(wishes), expected);
        let wishes = draft.wishes(&fields, (&names.0, &names.1), date(2026, 12, 20));
        assert_eq!(wishes["wait_for_sale"], json!(false));
    }

    #[test]
    fn a_date_that_is_none_is_kept_to_be_said() {
        let draft = Draft::read(&Fields::from_pairs(&[("date", "2026-02-30"), ("date", "")]));
        assert_eq!(draft.wrong_date.as_deref(), Some("2026-02-30"));
        assert!(draft.dates.is_empty());
    }

    #[test]
    fn preferences_are_said_in_words() {
        let said = |value: &str| {
            let known = |train: &str, _: &str| (train == "G7").then(|| "10:00 – 14:35".to_owned());
            let said = preference(value, Lang::Zh, known);
            [said.train, said.seat, said.about]
        };
        assert_eq!(said("G7/O"), ["G7", "二等座", "10:00 – 14:35"]);
        assert_eq!(
            said("2026-12-02/G*"),
            ["任意 G 字头", "哪种席别都行", "12月2日 周三"]
        );
        assert_eq!(said("*/一等座"), ["任意车次", "一等座", ""]);
    }
}
