//! Whether a reading shows what a command wished.

use super::super::command::Command;
use super::super::reading::{Engine, Opening, Reading};

/// Whether the reading shows it. What is unknown shows nothing, and a lamp or a horn leaves nothing to be shown.
pub(crate) fn shows(command: Command, reading: &Reading) -> bool {
    let windows = || {
        reading
            .windows
            .each()
            .into_iter()
            .map(|(_, window)| *window)
    };
    match command {
        Command::Lock => reading.locked == Some(true),
        Command::Unlock { .. } => {
            let mut doors = reading.doors.each().into_iter();
            doors.any(|(_, door)| door.locked == Some(false))
        }
        Command::Start { .. } => reading.engine == Engine::Running,
        Command::Stop => reading.engine == Engine::Off,
        Command::Find { .. } => false,
        Command::CloseWindows => windows().all(|window| window == Opening::Closed),
        Command::VentWindows => windows().any(|window| window == Opening::Open),
        Command::OpenTrunk => reading.trunk.open == Some(true),
    }
}

/// Whether a status can ever show it.
pub(crate) fn leaves_a_trace(command: Command) -> bool {
    !matches!(command, Command::Find { .. })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;
    use crate::vehicle::command::Find;

    fn check(command: Command, reading: Value, shown: bool) {
        let read: Reading = serde_json::from_value(reading.clone()).unwrap();
        assert_eq!(shows(command, &read), shown, "{command:?} {reading}");
    }

    #[test]
    fn what_is_unknown_shows_nothing() {
        for (word, args) in [
            ("lock", json!({})),
            ("unlock", json!({})),
            ("start", json!({})),
            ("stop", json!({})),
            ("find", json!({})),
            ("close_windows", json!({})),
            ("vent_windows", json!({})),
            ("open_trunk", json!({})),
        ] {
            check(Command::read(word, &args).unwrap(), json!({}), false);
        }
    }

    #[test]
    fn each_command_has_its_own_trace() {
        let closed = json!({ "driver": "closed", "passenger": "closed", "driver_rear": "closed", "passenger_rear": "closed" });
        let mut one_open = closed.clone();
        one_open["driver_rear"] = json!("open");
        let mut one_unknown = closed.clone();
        one_unknown["driver_rear"] = json!("unknown");
        let unlock = Command::Unlock { minutes: 1 };
        let start = Command::Start { minutes: 10 };
        for (command, reading, shown) in [
            (Command::Lock, json!({ "locked": true }), true),
            (Command::Lock, json!({ "locked": false }), false),
            (
                unlock,
                json!({ "doors": { "driver": { "locked": false } } }),
                true,
            ),
            (
                unlock,
                json!({ "doors": { "driver": { "locked": true } } }),
                false,
            ),
            (start, json!({ "engine": "running" }), true),
            (start, json!({ "engine": "off" }), false),
            (Command::Stop, json!({ "engine": "off" }), true),
            (Command::Stop, json!({ "engine": "running" }), false),
            (Command::CloseWindows, json!({ "windows": closed }), true),
            (
                Command::CloseWindows,
                json!({ "windows": one_unknown }),
                false,
            ),
            (Command::VentWindows, json!({ "windows": one_open }), true),
            (Command::VentWindows, json!({ "windows": closed }), false),
            (
                Command::OpenTrunk,
                json!({ "trunk": { "open": true } }),
                true,
            ),
            (
                Command::OpenTrunk,
                json!({ "trunk": { "open": false } }),
                false,
            ),
        ] {
            check(command, reading, shown);
        }
    }

    #[test]
    fn only_lamps_and_horns_leave_no_trace() {
        assert!(!leaves_a_trace(Command::Find { what: Find::Both }));
        assert!(leaves_a_trace(Command::Lock));
    }
}
