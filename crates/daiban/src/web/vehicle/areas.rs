//! The areas of a watch as a form fills them in: a name, a place in degrees or the car's own, and how far around it.

use daiban_core::Lang;
use daiban_providers::vehicle::reading::{Datum, Reading};

use super::super::{visitor::Fields, words::m};

/// How far around, in metres, to choose from; the second is chosen where nobody chose.
pub(in crate::web) const RADII: [&str; 5] = ["100", "300", "500", "1000", "3000"];
const RADIUS: &str = RADII[1];

/// Whether a wish is the areas of a watch.
pub(in crate::web) fn are(kind: &str, wish: &str) -> bool {
    kind == super::WATCH && wish == "areas"
}

/// What is wrong with an area that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Wrong {
    /// It has no name, or one with marks that stand between the parts.
    Name,
    /// It is no two numbers in degrees.
    Place,
}

impl Wrong {
    /// For the field.
    pub(in crate::web) fn said(self, lang: Lang) -> &'static str {
        match self {
            Self::Name => m(lang, "vehicle-give-the-place-a-name"),
            Self::Place => m(lang, "vehicle-write-latitude-longitude-such-as"),
        }
    }
}

/// The area in the fields to be added, as the wish writes it: at the car's place where that was pressed, else at the typed
/// one. Nothing where nothing was typed and nothing pressed.
pub(in crate::web) fn typed(
    fields: &Fields,
    at_here: Option<&str>,
    pressed: bool,
) -> Result<Option<String>, Wrong> {
    let (name, place) = (fields.text("area.name"), fields.text("area.at"));
    if !pressed && name.is_empty() && place.is_empty() {
        return Ok(None);
    }
    if name.is_empty() || name.contains([':', '：', ',', '，', ';', '；']) {
        return Err(Wrong::Name);
    }
    let place = match at_here {
        Some(here) => here.to_owned(),
        None => degrees(place).ok_or(Wrong::Place)?,
    };
    let radius = Some(fields.text("area.radius")).filter(|radius| !radius.is_empty());
    Ok(Some(format!("{name}:{place},{}", radius.unwrap_or(RADIUS))))
}

/// Two numbers with a comma or blank between, latitude first.
fn degrees(typed: &str) -> Option<String> {
    let mut numbers = typed
        .split([',', '，', ' ', '、'])
        .filter(|part| !part.is_empty());
    let mut next = |most: f64| {
        let text = numbers.next()?;
        let number: f64 = text.parse().ok()?;
        (-most..=most).contains(&number).then_some(text)
    };
    let (lat, lon) = (next(90.0)?, next(180.0)?);
    numbers.next().is_none().then(|| format!("{lat},{lon}"))
}

/// Where a car stands, as an area is written; only where its degrees are of the kind areas are in.
pub(in crate::web) fn place_of(reading: &Reading) -> Option<String> {
    let position = reading.position.as_ref()?;
    let is_good = position.datum == Datum::Wgs84 && position.trusted != Some(false);
    is_good.then(|| format!("{:.6},{:.6}", position.lat, position.lon))
}

/// An area for a list: its name, and how far around what.
pub(in crate::web) fn said(area: &str, lang: Lang) -> (String, String) {
    let Some((name, circle)) = area.split_once([':', '：']) else {
        return (area.to_owned(), String::new());
    };
    let (place, radius) = circle.rsplit_once(',').unwrap_or((circle, ""));
    let about = match lang {
        Lang::Zh => format!("{place} 周围 {radius} 米"),
        Lang::En => format!("{radius} m around {place}"),
    };
    (name.trim().to_owned(), about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_made_of_what_was_typed() {
        let made = |name: &str, at: &str, here: Option<&str>, pressed: bool| {
            let fields = Fields::from_pairs(&[("area.name", name), ("area.at", at)]);
            typed(&fields, here, pressed)
        };
        let area = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(made("", "", None, false), Ok(None));
        assert_eq!(
            made("家", "39.9087,116.3975", None, false),
            area("家:39.9087,116.3975,300")
        );
        assert_eq!(
            made("家", "39.9087， 116.3975", None, true),
            area("家:39.9087,116.3975,300")
        );
        assert_eq!(
            made("家", "", Some("1.5,2.5"), true),
            area("家:1.5,2.5,300")
        );
        assert_eq!(made("", "39.9,116.4", None, true), Err(Wrong::Name));
        assert_eq!(made("家:1", "39.9,116.4", None, true), Err(Wrong::Name));
        for nonsense in [
            "",
            "39.9",
            "x,y",
            "116.4,39.9,1",
            "99,116",
            "39.9087;116.3975",
        ] {
            assert_eq!(
                made("家", nonsense, None, true),
                Err(Wrong::Place),
                "{nonsense}"
            );
        }
    }

    #[test]
    fn an_area_is_said_by_its_name() {
        assert_eq!(
            said("家:39.9,116.4,300", Lang::Zh),
            ("家".to_owned(), "39.9,116.4 周围 300 米".to_owned())
        );
        assert_eq!(said("nonsense", Lang::Zh).0, "nonsense");
    }
}
