//! A wish while it is being made in the form that comes from a descriptor: what goes from one press of a button to the next,
//! and the wishes that come of it. Pure.

use daiban_core::descriptor::{ErrandKind, Form, Wish};
use serde_json::{Map, Value};

use super::super::{lists, vehicle::areas, visitor::Fields};

/// More items than anybody orders by hand.
const ITEMS_MOST: usize = 60;

/// What a form holds beyond its plain fields.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Draft {
    /// Items of every list, by the wish's name.
    lists: Vec<(&'static str, Vec<String>)>,
    /// What is wrong with something that was to be added: the wish and why.
    pub(super) refused: Option<(&'static str, areas::Wrong)>,
}

/// What the pressed button was for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Begin, or try out.
    Send,
    /// Something of the form, which is shown again.
    Edit,
}

/// Whether a wish is filled in as a list.
pub(super) fn is_list(kind: &ErrandKind, wish: &Wish) -> bool {
    matches!(wish.form, Form::Plates | Form::Dates) || areas::are(kind.kind, wish.name)
}

/// Whether the order of its items matters.
pub(super) fn is_ordered(wish: &Wish) -> bool {
    wish.form == Form::Plates
}

impl Draft {
    /// Out of a form. What stands in a field to be added is taken as added.
    pub(super) fn read(kind: &ErrandKind, fields: &Fields) -> Self {
        let mut draft = Self::default();
        for wish in kind.wishes.iter().filter(|wish| is_list(kind, wish)) {
            let name = format!("w.{}", wish.name);
            let mut items: Vec<String> = Vec::new();
            for typed in fields.all(&name) {
                match areas::are(kind.kind, wish.name) {
                    true => add(&mut items, typed),
                    false => lists::split(typed).for_each(|item| add(&mut items, item)),
                }
            }
            draft.lists.push((wish.name, items));
        }
        draft
    }

    /// Does what the pressed button says. `here`: where the car stands, as `lat,lon`.
    pub(super) fn press(
        &mut self,
        kind: &ErrandKind,
        fields: &Fields,
        here: Option<&str>,
    ) -> Pressed {
        let mut edited = fields.get("show").is_some();
        for (name, items) in &mut self.lists {
            edited |= lists::press(items, fields, &format!(".{name}"));
            let pressed = |word: &str| fields.get(&format!("{word}.{name}")).is_some();
            let at_here = here.filter(|_| pressed("here"));
            edited |= pressed("add") || pressed("here") || pressed("pick");
            if areas::are(kind.kind, name) {
                match areas::typed(fields, at_here, pressed("add") || pressed("here")) {
                    Ok(area) => area.iter().for_each(|area| add(items, area)),
                    Err(wrong) => self.refused = Some((name, wrong)),
                }
                continue;
            }
            for field in [format!("pick.{name}"), format!("more.{name}")] {
                let typed = fields.all(&field).flat_map(lists::split);
                typed.for_each(|item| add(items, item));
            }
            if is_dates(kind, name) {
                items.sort();
            }
        }
        match edited {
            true => Pressed::Edit,
            false => Pressed::Send,
        }
    }

    /// The items of a list.
    pub(super) fn items(&self, wish: &str) -> &[String] {
        let found = self.lists.iter().find(|(name, _)| *name == wish);
        found.map_or(&[], |(_, items)| items.as_slice())
    }

    /// The wishes as they were filled in.
    pub(super) fn wishes(&self, kind: &ErrandKind, fields: &Fields) -> Map<String, Value> {
        let mut wishes: Map<String, Value> = fields
            .under("w.")
            .filter(|(name, _)| !name.contains('.'))
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        for (name, items) in &self.lists {
            let value = match areas::are(kind.kind, name) {
                true => Value::from(items.join(";")),
                false => Value::from(items.clone()),
            };
            wishes.insert((*name).to_owned(), value);
        }
        let spans = kind.wishes.iter().filter(|wish| wish.form == Form::Window);
        for wish in spans {
            let (from, to) = span(fields, wish.name);
            let given = match (from.is_empty(), to.is_empty()) {
                (true, true) => String::new(),
                _ => format!("{from}-{to}"),
            };
            wishes.insert(wish.name.to_owned(), Value::from(given));
        }
        wishes
    }
}

/// The two times a span is filled in with. What comes whole, as from an address, is taken apart.
pub(super) fn span(fields: &Fields, wish: &str) -> (String, String) {
    let part = |end: &str| fields.get(&format!("w.{wish}.{end}"));
    match (part("from"), part("to")) {
        (None, None) => {
            let whole = fields.text(&format!("w.{wish}")).to_owned();
            let halves = whole
                .split_once('-')
                .map(|(from, to)| (from.to_owned(), to.to_owned()));
            halves.unwrap_or((whole, String::new()))
        }
        (from, to) => (
            from.unwrap_or_default().trim().to_owned(),
            to.unwrap_or_default().trim().to_owned(),
        ),
    }
}

fn add(items: &mut Vec<String>, item: &str) {
    let item = item.trim();
    let is_new = !item.is_empty() && !items.iter().any(|one| one == item);
    if is_new && items.len() < ITEMS_MOST {
        items.push(item.to_owned());
    }
}

fn is_dates(kind: &ErrandKind, name: &str) -> bool {
    let mut wishes = kind.wishes.iter();
    wishes.any(|wish| wish.name == name && wish.form == Form::Dates)
}

#[cfg(test)]
mod tests {
    use daiban_core::descriptor::Label;
    use serde_json::json;

    use super::*;

    const fn wish(name: &'static str, form: Form) -> Wish {
        Wish::new(name, Label::new("", ""), Label::new("", ""), form, "")
    }

    static WISHES: [Wish; 5] = [
        wish("plates", Form::Plates),
        wish("dates", Form::Dates),
        wish("window", Form::Window),
        wish("areas", Form::Text),
        wish("address", Form::Text),
    ];
    const KIND: ErrandKind = ErrandKind {
        kind: "vehicle.watch",
        label: Label::new("", ""),
        help: Label::new("", ""),
        wishes: &WISHES,
        internal: false,
    };

    fn check(fields: &[(&str, &str)], pressed: Pressed, expected: &Value) {
        let fields = Fields::from_pairs(fields);
        let mut draft = Draft::read(&KIND, &fields);
        let here = Some("39.900000,116.400000");
        assert_eq!(draft.press(&KIND, &fields, here), pressed, "{fields:?}");
        let wishes = draft.wishes(&KIND, &fields);
        for (name, value) in expected.as_object().into_iter().flatten() {
            assert_eq!(&wishes[name], value, "{name} of {fields:?}");
        }
    }

    #[test]
    fn plates_keep_the_order_they_were_given() {
        let two = [("w.plates", "冀R0D002"), ("w.plates", "冀R0D001")];
        check(
            &two,
            Pressed::Send,
            &json!({ "plates": ["冀R0D002", "冀R0D001"] }),
        );
        let moved = [two[0], two[1], ("up.plates", "1")];
        check(
            &moved,
            Pressed::Edit,
            &json!({ "plates": ["冀R0D001", "冀R0D002"] }),
        );
        let dropped = [two[0], two[1], ("drop.plates", "0")];
        check(&dropped, Pressed::Edit, &json!({ "plates": ["冀R0D001"] }));
        let typed = [
            two[0],
            ("more.plates", "冀R0D003、冀R0D002"),
            ("add.plates", "1"),
        ];
        check(
            &typed,
            Pressed::Edit,
            &json!({ "plates": ["冀R0D002", "冀R0D003"] }),
        );
        let picked = [two[0], ("pick.plates", "冀R0D003")];
        check(
            &picked,
            Pressed::Edit,
            &json!({ "plates": ["冀R0D002", "冀R0D003"] }),
        );
    }

    #[test]
    fn what_was_typed_and_not_added_is_sent_too() {
        check(
            &[
                ("more.plates", "冀R0D001"),
                ("more.dates", "2026-12-03"),
                ("w.dates", "2026-12-01"),
            ],
            Pressed::Send,
            &json!({ "plates": ["冀R0D001"], "dates": ["2026-12-01", "2026-12-03"] }),
        );
        // An address may hold a whole list.
        check(
            &[("w.plates", "冀R0D001,冀R0D002")],
            Pressed::Send,
            &json!({ "plates": ["冀R0D001", "冀R0D002"] }),
        );
    }

    #[test]
    fn dates_are_sorted() {
        check(
            &[
                ("w.dates", "2026-12-03"),
                ("more.dates", "2026-12-01"),
                ("add.dates", "1"),
            ],
            Pressed::Edit,
            &json!({ "dates": ["2026-12-01", "2026-12-03"] }),
        );
    }

    #[test]
    fn a_span_is_two_times() {
        for (from, to, window) in [
            ("07:30", "08:30", "07:30-08:30"),
            ("", "", ""),
            ("07:30", "", "07:30-"),
        ] {
            let fields = [
                ("w.window.from", from),
                ("w.window.to", to),
                ("w.address", "测试路 1 号"),
            ];
            check(
                &fields,
                Pressed::Send,
                &json!({ "window": window, "address": "测试路 1 号" }),
            );
        }
        check(
            &[("w.window", "07:30-08:30")],
            Pressed::Send,
            &json!({ "window": "07:30-08:30" }),
        );
    }

    #[test]
    fn the_place_the_car_stands_at_becomes_an_area() {
        let named = [
            ("area.name", "家"),
            ("area.radius", "300"),
            ("here.areas", "1"),
        ];
        check(
            &named,
            Pressed::Edit,
            &json!({ "areas": "家:39.900000,116.400000,300" }),
        );
        let two = [
            ("w.areas", "家:39.9,116.4,300"),
            ("w.areas", "公司:39.8,116.3,500"),
            ("drop.areas", "0"),
        ];
        check(
            &two,
            Pressed::Edit,
            &json!({ "areas": "公司:39.8,116.3,500" }),
        );
    }
}
