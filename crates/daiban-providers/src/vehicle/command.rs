//! What a car can be told to do, and how far telling it has come.

use daiban_core::{Text, Timestamp, dates, invalid::InvalidInput};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", content = "args", rename_all = "snake_case")]
pub enum Command {
    /// Lock all doors.
    Lock,
    /// Unlock for so many minutes; the car locks again by itself when no door is opened.
    Unlock {
        /// 1–3.
        minutes: u8,
    },
    /// Start the engine, and stop it after so many minutes.
    Start {
        /// 1–15.
        minutes: u8,
    },
    /// Stop the engine.
    Stop,
    /// Make itself found.
    Find {
        /// How.
        what: Find,
    },
    /// Close all windows.
    CloseWindows,
    /// Open all windows a little.
    VentWindows,
    /// Open the boot.
    OpenTrunk,
}

/// How a car makes itself found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Find {
    /// Its lights flash.
    Lights,
    /// Its horn sounds.
    Horn,
    /// Both.
    Both,
}

/// How much care a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// One tap.
    Safe,
    /// Others hear it: asks first, and not in quiet hours without saying so.
    Noisy,
    /// Opens or starts the car: asks first, with where the car is and whether it moves.
    Sensitive,
}

/// How far a command has come. A state is never ahead of what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    /// The car is being looked at; nothing has left.
    Preparing,
    /// A person is asked; nothing has left.
    NeedsYou,
    /// On its way; not yet taken.
    Sending,
    /// The gateway took it. Of a command that leaves no trace in a status this is the end.
    Accepted,
    /// A status newer than the command is waited for.
    Confirming,
    /// A status newer than the command shows it.
    Confirmed,
    /// No status showed it in time, or nobody can say whether it was taken. It is not sent again.
    Unconfirmed,
    /// Surely not done: refused, denied, or not sent at all.
    Rejected,
}

/// A command with all that is known of it: what `car lock --json` prints, and the row of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its name.
    pub id: String,
    /// What and how: `"command":"unlock","args":{"minutes":1}`.
    #[serde(flatten)]
    pub command: Command,
    /// The last four characters of the car's number.
    pub car: Option<String>,
    /// How far it has come.
    pub state: CommandState,
    /// Why it was rejected or unconfirmed: the service's code, or one word of ours.
    pub code: Option<String>,
    /// What happened, in words.
    pub text: Text,
    /// Who asked for it: `cli`, `web`, `api`, `watch`.
    pub by: String,
    /// When it was asked for.
    #[serde(with = "dates::rfc3339")]
    pub asked_at: Timestamp,
    /// When a person said yes, where that was needed.
    #[serde(default, with = "dates::rfc3339::option")]
    pub approved_at: Option<Timestamp>,
    /// When it was sent; `null` while nothing has left.
    #[serde(default, with = "dates::rfc3339::option")]
    pub sent_at: Option<Timestamp>,
    /// When its end was known.
    #[serde(default, with = "dates::rfc3339::option")]
    pub settled_at: Option<Timestamp>,
    /// The moment of the status that confirmed it.
    #[serde(default, with = "dates::rfc3339::option")]
    pub confirmed_by: Option<Timestamp>,
    /// When the engine stops by itself, after a start.
    #[serde(default, with = "dates::rfc3339::option")]
    pub stops_at: Option<Timestamp>,
    /// The service's name for it.
    pub session: Option<String>,
}

impl Command {
    /// Its word in commands and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock { .. } => "unlock",
            Self::Start { .. } => "start",
            Self::Stop => "stop",
            Self::Find { .. } => "find",
            Self::CloseWindows => "close_windows",
            Self::VentWindows => "vent_windows",
            Self::OpenTrunk => "open_trunk",
        }
    }

    /// How much care it takes.
    pub fn class(self) -> Class {
        match self {
            Self::Lock | Self::CloseWindows | Self::Stop | Self::Find { what: Find::Lights } => {
                Class::Safe
            }
            Self::Find { .. } => Class::Noisy,
            Self::Unlock { .. } | Self::Start { .. } | Self::VentWindows | Self::OpenTrunk => {
                Class::Sensitive
            }
        }
    }

    /// What people call it.
    pub fn name(self) -> Text {
        match self {
            Self::Lock => Text::new("锁车", "lock"),
            Self::Unlock { minutes } => Text::new(
                format!("解锁 {minutes} 分钟"),
                format!("unlock for {minutes} min"),
            ),
            Self::Start { minutes } => Text::new(
                format!("启动发动机，{minutes} 分钟后熄火"),
                format!("start the engine for {minutes} min"),
            ),
            Self::Stop => Text::new("熄火", "stop the engine"),
            Self::Find { what: Find::Lights } => Text::new("闪灯", "flash the lights"),
            Self::Find { what: Find::Horn } => Text::new("鸣笛", "sound the horn"),
            Self::Find { what: Find::Both } => {
                Text::new("闪灯鸣笛", "flash the lights and sound the horn")
            }
            Self::CloseWindows => Text::new("关窗", "close the windows"),
            Self::VentWindows => Text::new("开窗透气", "open the windows a little"),
            Self::OpenTrunk => Text::new("打开后备箱", "open the boot"),
        }
    }

    /// Reads a word and its arguments, as typed (`{"minutes":"2"}`) or as JSON.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `command`, `minutes` or `what`.
    pub fn read(word: &str, args: &Value) -> Result<Self, InvalidInput> {
        let args = match args {
            Value::Null => Map::new(),
            Value::Object(args) => args.clone(),
            _ => {
                return Err(InvalidInput::new(
                    "args",
                    "应是一个对象，例如 {\"minutes\":1}",
                    "should be an object such as {\"minutes\":1}",
                ));
            }
        };
        let command = match word {
            "lock" => Self::Lock,
            "unlock" => Self::Unlock {
                minutes: minutes(&args, 1, 3)?,
            },
            "start" => Self::Start {
                minutes: minutes(&args, 10, 15)?,
            },
            "stop" => Self::Stop,
            "find" => Self::Find { what: find(&args)? },
            "close_windows" => Self::CloseWindows,
            "vent_windows" => Self::VentWindows,
            "open_trunk" => Self::OpenTrunk,
            _ => {
                return Err(InvalidInput::new(
                    "command",
                    format!("可以是：{WORDS}"),
                    format!("one of: {WORDS}"),
                ));
            }
        };
        let json = command.to_json();
        let known = |name: &String| json["args"].get(name).is_some();
        match args.keys().find(|name| !known(name)) {
            Some(unknown) => Err(InvalidInput::new(
                unknown,
                "这个操作没有这一项",
                "this command has no such thing",
            )),
            None => Ok(command),
        }
    }

    /// `{"command":"unlock","args":{"minutes":1}}`; `args` is `{}` where there are none.
    pub fn to_json(self) -> Value {
        let mut json = json!(self);
        if json["args"].is_null() {
            json["args"] = json!({});
        }
        json
    }
}

const WORDS: &str = "lock, unlock, start, stop, find, close_windows, vent_windows, open_trunk";

fn minutes(args: &Map<String, Value>, usual: u8, most: u8) -> Result<u8, InvalidInput> {
    let given = match args.get("minutes") {
        None | Some(Value::Null) => return Ok(usual),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(number) => number.as_u64().and_then(|number| u8::try_from(number).ok()),
    };
    given
        .filter(|given| (1..=most).contains(given))
        .ok_or_else(|| {
            InvalidInput::new(
                "minutes",
                format!("应为 1 到 {most} 的整数"),
                format!("should be a whole number from 1 to {most}"),
            )
        })
}

fn find(args: &Map<String, Value>) -> Result<Find, InvalidInput> {
    match args.get("what") {
        None | Some(Value::Null) => Ok(Find::Lights),
        Some(what) => serde_json::from_value(what.clone()).map_err(|_| {
            InvalidInput::new(
                "what",
                "可以是 lights（闪灯）、horn（鸣笛）、both（都要）",
                "one of lights, horn, both",
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn commands_are_read_as_typed_and_as_json() {
        let read = |word, args| Command::read(word, &args);
        assert_eq!(read("lock", json!({})).unwrap(), Command::Lock);
        assert_eq!(
            read("unlock", json!({ "minutes": "2" })).unwrap(),
            Command::Unlock { minutes: 2 }
        );
        assert_eq!(
            read("start", Value::Null).unwrap(),
            Command::Start { minutes: 10 }
        );
        assert_eq!(
            read("find", json!({ "what": "both" })).unwrap(),
            Command::Find { what: Find::Both }
        );
    }

    #[test]
    fn what_is_no_command_is_refused_with_the_name_of_the_place() {
        for (word, args, field) in [
            ("honk", json!({}), "command"),
            ("unlock", json!({ "minutes": 4 }), "minutes"),
            ("unlock", json!({ "minutes": 0 }), "minutes"),
            ("start", json!({ "minutes": "many" }), "minutes"),
            ("find", json!({ "what": "smoke" }), "what"),
            ("lock", json!({ "minutes": 1 }), "minutes"),
            ("unlock", json!("1"), "args"),
            ("unlock", json!([1]), "args"),
        ] {
            assert_eq!(Command::read(word, &args).unwrap_err().field, field);
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (word, args) in [
            ("lock", json!({})),
            ("unlock", json!({ "minutes": 3 })),
            ("find", json!({ "what": "horn" })),
        ] {
            let command = Command::read(word, &args).unwrap();
            let json = command.to_json();
            assert_eq!((&json["command"], &json["args"]), (&json!(word), &args));
            assert_eq!(
                serde_json::from_value::<Command>(json!(command)).unwrap(),
                command
            );
        }
    }
}
