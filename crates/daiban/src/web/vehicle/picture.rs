//! A car seen from above, its front at the top, drawn from one reading. What is not told is drawn with dashes and called
//! unknown, never as closed or locked.

use daiban_core::Lang;
use daiban_providers::vehicle::reading::{Corners, Door, Opening, Reading};

use super::super::words::m;
use crate::say;

/// The drawing; its fixed lines are in the template.
pub(in crate::web) struct Picture {
    /// The same in words.
    pub(in crate::web) said: String,
    pub(in crate::web) tyres: Vec<Part>,
    pub(in crate::web) windows: Vec<Part>,
    pub(in crate::web) doors: Vec<Line>,
    /// Class of the padlock: nothing is locked.
    pub(in crate::web) lock: &'static str,
    pub(in crate::web) bonnet: Line,
    pub(in crate::web) trunk: Line,
    /// Drawn where it is known, as not every car has one.
    pub(in crate::web) sunroof: Option<&'static str>,
    pub(in crate::web) labels: Vec<Label>,
}

/// Something with a place of its own.
pub(in crate::web) struct Part {
    pub(in crate::web) x: i64,
    pub(in crate::web) y: i64,
    pub(in crate::web) class: &'static str,
}

/// A line and how it is drawn.
pub(in crate::web) struct Line {
    pub(in crate::web) path: &'static str,
    pub(in crate::web) class: &'static str,
}

/// Words beside the car.
pub(in crate::web) struct Label {
    pub(in crate::web) x: i64,
    pub(in crate::web) y: i64,
    pub(in crate::web) anchor: &'static str,
    pub(in crate::web) class: &'static str,
    pub(in crate::web) text: String,
}

/// Where the parts of a corner are.
struct Corner {
    tyre: (i64, i64),
    window: (i64, i64),
    /// Closed, and swung open.
    door: [&'static str; 2],
    /// Where words begin or end, and the lines for pressure, window and door.
    text: (i64, &'static str),
    lines: [i64; 3],
}

const CORNERS: Corners<Corner> = Corners {
    driver: Corner {
        tyre: (110, 66),
        window: (125, 150),
        door: ["M116 142V212", "M116 142L101 207"],
        text: (98, "end"),
        lines: [94, 184, 202],
    },
    passenger: Corner {
        tyre: (235, 66),
        window: (226, 150),
        door: ["M244 142V212", "M244 142L259 207"],
        text: (262, "start"),
        lines: [94, 184, 202],
    },
    driver_rear: Corner {
        tyre: (110, 258),
        window: (125, 222),
        door: ["M116 216V284", "M116 216L102 279"],
        text: (98, "end"),
        lines: [286, 237, 255],
    },
    passenger_rear: Corner {
        tyre: (235, 258),
        window: (226, 222),
        door: ["M244 216V284", "M244 216L258 279"],
        text: (262, "start"),
        lines: [286, 237, 255],
    },
};

/// Draws it.
pub(in crate::web) fn draw(reading: &Reading, lang: Lang) -> Picture {
    let mut picture = Picture {
        said: in_words(reading, lang),
        tyres: Vec::new(),
        windows: Vec::new(),
        doors: Vec::new(),
        lock: match reading.locked {
            Some(true) => "",
            Some(false) => "off",
            None => "unknown",
        },
        bonnet: Line {
            path: "M132 96Q180 78 228 96M140 40Q180 30 220 40",
            class: lid(reading.bonnet_open),
        },
        trunk: Line {
            path: "M134 322Q180 334 226 322",
            class: lid(reading.trunk.open),
        },
        sunroof: match reading.sunroof {
            Opening::Closed => Some(""),
            Opening::Open => Some("open"),
            Opening::Unknown => None,
        },
        labels: vec![bonnet_label(reading, lang), trunk_label(reading, lang)],
    };
    let places = CORNERS.each().into_iter();
    for (((name, place), (_, door)), ((_, window), (_, kpa))) in
        places.zip(reading.doors.each()).zip(
            reading
                .windows
                .each()
                .into_iter()
                .zip(reading.tyres_kpa.each()),
        )
    {
        let warns = corner_of(&reading.tyre_warnings, name) == Some(true);
        picture.add(place, (*door, *window, *kpa, warns), name, lang);
    }
    picture
}

impl Picture {
    fn add(
        &mut self,
        place: &Corner,
        (door, window, kpa, warns): (Door, Opening, Option<f64>, bool),
        name: &str,
        lang: Lang,
    ) {
        let part = |(x, y): (i64, i64), class| Part { x, y, class };
        self.tyres.push(part(place.tyre, tyre_class(kpa, warns)));
        self.windows.push(part(place.window, window_class(window)));
        self.doors.push(match door.open {
            Some(true) => Line {
                path: place.door[1],
                class: "open",
            },
            Some(false) => Line {
                path: place.door[0],
                class: "",
            },
            None => Line {
                path: place.door[0],
                class: "unknown",
            },
        });
        let ((x, anchor), [tyre_y, window_y, door_y]) = (place.text, place.lines);
        let mut label = |y, class, text: String| {
            self.labels.push(Label {
                x,
                y,
                anchor,
                class,
                text,
            });
        };
        label(tyre_y, "v", say::measure(kpa, 0, "kPa", lang));
        label(tyre_y + 18, "", say::corner(name, lang).to_owned());
        if warns {
            let said = m(lang, "vehicle-the-car-warns-2");
            label(tyre_y + 36, "att", said.to_owned());
        }
        let (class, said) = window_words(window, lang);
        label(window_y, class, said.to_owned());
        if let Some((class, said)) = door_words(door, lang) {
            label(door_y, class, said);
        }
    }
}

fn corner_of<T: Copy>(corners: &Corners<Option<T>>, name: &str) -> Option<T> {
    let found = corners.each().into_iter().find(|(known, _)| *known == name);
    found.and_then(|(_, value)| *value)
}

fn tyre_class(kpa: Option<f64>, warns: bool) -> &'static str {
    match (warns, kpa) {
        (true, _) => "att",
        (false, Some(_)) => "",
        (false, None) => "unknown",
    }
}

fn window_class(window: Opening) -> &'static str {
    match window {
        Opening::Closed => "",
        Opening::Open => "open",
        Opening::Unknown => "unknown",
    }
}

fn lid(open: Option<bool>) -> &'static str {
    match open {
        Some(false) => "",
        Some(true) => "open",
        None => "unknown",
    }
}

fn window_words(window: Opening, lang: Lang) -> (&'static str, &'static str) {
    match window {
        Opening::Closed => ("", m(lang, "vehicle-window-shut")),
        Opening::Open => ("att", m(lang, "vehicle-window-open")),
        Opening::Unknown => ("", m(lang, "vehicle-window")),
    }
}

/// Nothing of a door that is closed and locked.
fn door_words(door: Door, lang: Lang) -> Option<(&'static str, String)> {
    let open = match door.open {
        // There is no room for more beside a car.
        Some(true) if door.locked == Some(false) => Some(m(lang, "vehicle-open")),
        Some(true) => Some(m(lang, "vehicle-door-open")),
        Some(false) => None,
        None => Some(m(lang, "vehicle-door")),
    };
    let locked = match door.locked {
        Some(true) => None,
        Some(false) => Some(m(lang, "vehicle-unlocked")),
        None => Some(m(lang, "vehicle-lock")),
    };
    let words: Vec<&str> = [open, locked].into_iter().flatten().collect();
    let matters = door.open == Some(true) || door.locked == Some(false);
    let class = if matters { "att" } else { "" };
    (!words.is_empty()).then(|| (class, words.join(m(lang, "shell-mark-list"))))
}

fn bonnet_label(reading: &Reading, lang: Lang) -> Label {
    let (class, text) = match reading.bonnet_open {
        Some(false) => ("", m(lang, "vehicle-bonnet-shut")),
        Some(true) => ("att", m(lang, "vehicle-bonnet-open")),
        None => ("", m(lang, "vehicle-bonnet")),
    };
    middle(66, class, text)
}

fn trunk_label(reading: &Reading, lang: Lang) -> Label {
    let trunk = reading.trunk;
    let (class, text) = match (trunk.open, trunk.locked) {
        (Some(true), _) => ("att", m(lang, "vehicle-boot-open")),
        (Some(false), Some(false)) => ("att", m(lang, "vehicle-boot-unlocked")),
        (Some(false), _) => ("", m(lang, "vehicle-boot-shut")),
        (None, _) => ("", m(lang, "vehicle-boot")),
    };
    middle(346, class, text)
}

fn middle(y: i64, class: &'static str, text: &str) -> Label {
    Label {
        x: 180,
        y,
        anchor: "middle",
        class,
        text: text.to_owned(),
    }
}

fn in_words(reading: &Reading, lang: Lang) -> String {
    let (stop, comma) = (m(lang, "shell-mark-semicolon"), m(lang, "shell-mark-comma"));
    let each = |said: &dyn Fn(&'static str) -> String| {
        let names = ["driver", "passenger", "driver_rear", "passenger_rear"];
        names
            .map(|name| format!("{} {}", say::corner(name, lang), said(name)))
            .join(comma)
    };
    let door = |name: &str| {
        let found = reading
            .doors
            .each()
            .into_iter()
            .find(|(known, _)| *known == name);
        found.map_or_else(String::new, |(_, door)| say::door(*door, lang))
    };
    let window = |name: &str| {
        let found = reading
            .windows
            .each()
            .into_iter()
            .find(|(known, _)| *known == name);
        found.map_or_else(String::new, |(_, window)| {
            say::opening(*window, lang).to_owned()
        })
    };
    let tyre = |name: &str| {
        let warns = corner_of(&reading.tyre_warnings, name) == Some(true);
        let warns = if warns { m(lang, "vehicle-warns") } else { "" };
        let kpa = corner_of(&reading.tyres_kpa, name);
        format!("{}{warns}", say::measure(kpa, 0, "kPa", lang))
    };
    let bonnet = Door {
        open: reading.bonnet_open,
        locked: None,
    };
    let parts = [
        m(lang, "vehicle-front-at-the-top").to_owned(),
        format!("{} {}", m(lang, "vehicle-doors"), each(&door)),
        format!("{} {}", m(lang, "vehicle-windows"), each(&window)),
        format!("{} {}", m(lang, "vehicle-tyres"), each(&tyre)),
        format!(
            "{} {}",
            m(lang, "vehicle-boot-2"),
            say::door(reading.trunk, lang)
        ),
        format!(
            "{} {}",
            m(lang, "vehicle-bonnet-2"),
            say::door(bonnet, lang)
        ),
        format!(
            "{} {}",
            m(lang, "vehicle-sunroof"),
            say::opening(reading.sunroof, lang)
        ),
    ];
    format!("{}{}", parts.join(stop), m(lang, "shell-mark-stop"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(picture: &Picture) -> Vec<&str> {
        picture
            .labels
            .iter()
            .map(|label| label.text.as_str())
            .collect()
    }

    #[test]
    fn what_is_not_told_is_nowhere_drawn_as_closed_or_locked() {
        let picture = draw(&Reading::default(), Lang::Zh);
        assert_eq!(picture.lock, "unknown");
        assert!(picture.doors.iter().all(|door| door.class == "unknown"));
        assert!(
            picture
                .windows
                .iter()
                .all(|window| window.class == "unknown")
        );
        assert!(picture.tyres.iter().all(|tyre| tyre.class == "unknown"));
        assert_eq!(
            (picture.bonnet.class, picture.trunk.class),
            ("unknown", "unknown")
        );
        assert!(picture.sunroof.is_none());
        assert!(
            !words(&picture).iter().any(|word| word.contains('关')),
            "{:?}",
            words(&picture)
        );
        assert!(
            !picture.said.contains('关') && !picture.said.contains('锁'),
            "{}",
            picture.said
        );
    }

    #[test]
    fn what_stands_open_or_unlocked_is_marked_at_its_corner() {
        let mut reading = Reading::default();
        let shut = Door {
            open: Some(false),
            locked: Some(true),
        };
        reading.doors = Corners {
            driver: shut,
            passenger: shut,
            driver_rear: shut,
            passenger_rear: shut,
        };
        reading.doors.passenger_rear = Door {
            open: Some(true),
            locked: Some(false),
        };
        reading.windows.driver = Opening::Open;
        reading.tyre_warnings.driver_rear = Some(true);
        reading.locked = Some(false);
        let picture = draw(&reading, Lang::Zh);
        let marked: Vec<(i64, &str)> = picture
            .labels
            .iter()
            .filter(|label| label.class == "att")
            .map(|label| (label.x, label.text.as_str()))
            .collect();
        assert_eq!(
            marked,
            [(98, "窗开着"), (98, "车在报警"), (262, "门开着、没锁")]
        );
        let classes: Vec<&str> = picture.doors.iter().map(|door| door.class).collect();
        assert_eq!(classes, ["", "", "", "open"]);
        assert_eq!((picture.lock, picture.tyres[2].class), ("off", "att"));
    }
}
