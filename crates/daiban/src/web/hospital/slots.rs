//! The products of one day as a page shows them: by half day, whether there is a place, and never how many.

use daiban_core::Lang;
use daiban_providers::hospital::slots::{HalfDay, Slot};

use super::{
    super::words::{State, m},
    words as say,
};

/// One half of a day.
pub(super) struct Half {
    pub(super) name: &'static str,
    pub(super) slots: Vec<SlotView>,
}

/// A doctor, or a kind of clinic.
pub(super) struct SlotView {
    /// The doctor; where none is named, the title.
    pub(super) name: String,
    /// The title behind a doctor's name.
    pub(super) title: String,
    pub(super) skill: String,
    pub(super) state: State,
    /// Time, and whether there is a place in it.
    pub(super) periods: Vec<(String, bool)>,
    /// The form that watches this doctor or title.
    pub(super) watch: Option<String>,
}

/// The halves that have products, the morning first. `watch` is the address of the form for this department.
pub(super) fn halves(slots: &[Slot], watch: Option<&str>, lang: Lang) -> Vec<Half> {
    let of = |half: HalfDay| {
        let slots = slots.iter().filter(|slot| slot.half_day == half);
        let mut slots: Vec<SlotView> = slots.map(|slot| view(slot, watch, lang)).collect();
        // What can be had stands first; else the service's order.
        slots.sort_by_key(|slot| slot.state.class != "ok");
        Half {
            name: say::half_day(lang, half),
            slots,
        }
    };
    [HalfDay::Morning, HalfDay::Afternoon, HalfDay::Other]
        .map(of)
        .into_iter()
        .filter(|half| !half.slots.is_empty())
        .collect()
}

fn view(slot: &Slot, watch: Option<&str>, lang: Lang) -> SlotView {
    let (class, word) = match slot.bookable {
        true => ("ok", m(lang, "hospital-free-2")),
        false => ("", m(lang, "hospital-none-left")),
    };
    let (name, title) = match &slot.doctor {
        Some(doctor) => (doctor.clone(), slot.title.clone()),
        None => (slot.title.clone(), String::new()),
    };
    let periods = slot.periods.iter();
    SlotView {
        periods: periods
            .map(|one| (format!("{}–{}", one.from, one.to), one.bookable))
            .collect(),
        skill: slot.skill.clone().unwrap_or_default(),
        state: State { class, word },
        watch: watch.map(|form| {
            let field = if slot.doctor.is_some() {
                "doctor"
            } else {
                "title"
            };
            let mut query = form_urlencoded::Serializer::new(form.to_owned());
            query.append_pair(field, &name);
            query.finish()
        }),
        name,
        title,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_be_had_stands_first() {
        let slot = |half: &str, doctor: Option<&str>, bookable: bool| json!({ "key": "k", "half_day": half, "doctor": doctor, "title": "主任医师", "skill": null, "bookable": bookable, "periods": [] });
        let slots: Vec<Slot> = serde_json::from_value(json!([
            slot("afternoon", Some("赵"), true),
            slot("morning", Some("钱"), false),
            slot("morning", None, true),
        ]))
        .unwrap();
        let halves = halves(&slots, Some("/f?department=1%2F2%2F3"), Lang::Zh);
        let names: Vec<Vec<&str>> = halves
            .iter()
            .map(|half| half.slots.iter().map(|slot| slot.name.as_str()).collect())
            .collect();
        assert_eq!(names, [vec!["主任医师", "钱"], vec!["赵"]]);
        let watch = halves[1].slots[0].watch.as_deref();
        assert_eq!(watch, Some("/f?department=1%2F2%2F3&doctor=%E8%B5%B5"));
        let kind = halves[0].slots[0].watch.as_deref().unwrap();
        assert!(kind.contains("&title="), "{kind}");
    }
}
