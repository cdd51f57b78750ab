//! Our words for fines: one violation, one check of a car, and what changed between two checks.
//!
//! Pure values; leaves the service's spelling to `wire` and the money to `decide`.

use daiban_core::{Text, Timestamp, call::Charged, dates::rfc3339};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{self, Class};

/// How far a fine has been dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not handled and not paid.
    Open,
    /// Handled, the fine is not paid yet.
    HandledUnpaid,
    /// Handled and paid.
    Closed,
}

/// One fine as the service tells it. `None` is "not said", never a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fine {
    /// Unique within one check; the same fine has the same id in the next check.
    pub id: String,
    /// When it happened; on the outside RFC 3339 with `+08:00`.
    #[serde(with = "rfc3339::option")]
    pub at: Option<Timestamp>,
    /// Street or crossing.
    pub place: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// The national code of the violation, such as `1208`.
    pub code: Option<String>,
    /// Fine in whole yuan.
    pub fine_yuan: Option<u32>,
    /// Licence points.
    pub points: Option<u32>,
    /// City name.
    pub city: Option<String>,
    /// City as a national administrative code of six digits; 11 is Beijing.
    pub city_code: Option<String>,
    /// The police office that recorded it.
    pub organ: Option<String>,
    /// `None` when the service sent a mark that is not documented.
    pub state: Option<State>,
    /// Whether it can be handled online.
    pub online: bool,
}

impl Fine {
    /// Whether something is still to be done: everything but a closed fine, so an unknown state counts.
    pub fn is_due(&self) -> bool {
        self.state != Some(State::Closed)
    }

    /// Whether the service places it in Beijing, by name or by administrative code.
    pub fn in_beijing(&self) -> bool {
        let named = self
            .city
            .as_deref()
            .is_some_and(|city| city.contains("北京"));
        let coded = self
            .city_code
            .as_deref()
            .is_some_and(|code| code.len() == 6 && code.starts_with("11"));
        named || coded
    }

    /// Time, code and place: what remains to tell fines apart when the service gives no usable number.
    fn likeness(&self) -> (Option<Timestamp>, Option<&str>, Option<&str>) {
        (self.at, self.code.as_deref(), self.place.as_deref())
    }
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// At least one record.
    Found,
    /// No record; does not prove that there is none.
    NothingFound,
    /// Accepted by the service, no result yet.
    Pending,
    /// The provider's debug mode answered; nothing in it is real.
    Debug,
}

/// Where a check's facts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Just asked.
    Live,
    /// A stored answer.
    Cache,
    /// A person looked elsewhere and told us.
    Manual,
}

/// The answer to "does this car have fines", in the shape users and scripts see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The plate asked about.
    pub plate: String,
    /// When the service, or the person, said so.
    #[serde(with = "rfc3339")]
    pub checked_at: Timestamp,
    /// Live, stored or by hand.
    pub source: Source,
    /// What this answer cost; a stored answer costs nothing.
    pub charged: Charged,
    /// What was found.
    pub meaning: Meaning,
    /// The fines told in detail; empty for a manual entry, which only counts.
    pub violations: Vec<Fine>,
    /// How many; `None` while pending and for debug data.
    pub count: Option<u32>,
    /// Sum of the fines in yuan; `None` when not known.
    pub fine_total_yuan: Option<u32>,
    /// Sum of the points; `None` when not known.
    pub points_total: Option<u32>,
    /// A remark for the person: the service's text, a mismatch, a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// The service's code behind it; `None` for a manual entry.
    pub answer_code: Option<i64>,
}

impl Check {
    /// Whether this check says something real about the car.
    pub fn is_real(&self) -> bool {
        matches!(self.meaning, Meaning::Found | Meaning::NothingFound)
    }

    /// The same facts handed out again without asking: free, and marked as stored.
    pub fn from_cache(&self) -> Check {
        let source = if self.source == Source::Manual {
            Source::Manual
        } else {
            Source::Cache
        };
        Check {
            source,
            charged: Charged::No,
            ..self.clone()
        }
    }

    /// What a person saw in 交管12123: `open` fines for `plate`. No details are invented.
    pub fn manual(plate: &str, open: u32, at: Timestamp, note: Option<Text>) -> Check {
        let nothing = (open == 0).then_some(0);
        Check {
            plate: plate.to_owned(),
            checked_at: at,
            source: Source::Manual,
            charged: Charged::No,
            meaning: if open == 0 {
                Meaning::NothingFound
            } else {
                Meaning::Found
            },
            violations: Vec::new(),
            count: Some(open),
            fine_total_yuan: nothing,
            points_total: nothing,
            note,
            answer_code: None,
        }
    }

    /// What kind of answer it was.
    pub fn class(&self) -> Class {
        self.answer_code
            .map_or(Class::Success, |code| error::look_up(code).class)
    }

    /// As stored and shown.
    pub fn to_value(&self) -> Value {
        // Plain data with string keys; JSON can always hold it.
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// Reads a stored check; `None` when the value is something else.
    pub fn from_value(value: &Value) -> Option<Check> {
        Check::deserialize(value).ok()
    }

    /// Whether the fines are listed one by one, so that two checks can be compared.
    pub fn is_listed(&self) -> bool {
        self.is_real() && self.source != Source::Manual
    }
}

/// What is different between two checks of one car.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// In the new answer only.
    pub new: Vec<Fine>,
    /// In both, but state, fine, points or online handling differ; the new version.
    pub changed: Vec<Fine>,
    /// In the old answer only: no longer listed, which is not proof of payment.
    pub gone: Vec<Fine>,
}

impl Changes {
    /// Whether there is something to tell a person: new or changed fines.
    pub fn worth_telling(&self) -> bool {
        !self.new.is_empty() || !self.changed.is_empty()
    }
}

/// Compares by id; what has no partner by id is compared by time, code and place, because the service's numbers are
/// sometimes blank in one answer and present in the next.
pub fn diff(old: &[Fine], new: &[Fine]) -> Changes {
    let mut partners: Vec<Option<usize>> = new
        .iter()
        .map(|v| old.iter().position(|o| o.id == v.id))
        .collect();
    for (i, violation) in new.iter().enumerate() {
        if partners[i].is_some() {
            continue;
        }
        let twin = |(at, o): (usize, &Fine)| {
            let free = !partners.contains(&Some(at));
            (free && o.likeness() == violation.likeness()).then_some(at)
        };
        partners[i] = old.iter().enumerate().find_map(twin);
    }
    let mut changes = Changes::default();
    for (violation, partner) in new.iter().zip(&partners) {
        match partner {
            None => changes.new.push(violation.clone()),
            Some(at) if differs(&old[*at], violation) => changes.changed.push(violation.clone()),
            Some(_) => {}
        }
    }
    let left = old
        .iter()
        .enumerate()
        .filter(|(at, _)| !partners.contains(&Some(*at)));
    changes.gone = left.map(|(_, violation)| violation.clone()).collect();
    changes
}

fn differs(old: &Fine, new: &Fine) -> bool {
    (old.state, old.fine_yuan, old.points, old.online)
        != (new.state, new.fine_yuan, new.points, new.online)
}

/// The fines that can stand in the way of a Beijing entry permit: those due in Beijing, or, when none names Beijing,
/// every one due. [`Blocking`] says which of the two it is.
///
/// *Source*: the permit service's reason 10023 speaks of unhandled violations "in Beijing" (*seen*).
pub fn blocking(violations: &[Fine]) -> Vec<&Fine> {
    Blocking::of(violations).violations
}

/// The fines from [`blocking`] and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocking<'a> {
    /// Whether the service places them in Beijing. `false`: they only may be the reason.
    pub in_beijing: bool,
    /// The fines.
    pub violations: Vec<&'a Fine>,
}

impl<'a> Blocking<'a> {
    /// Picks the fines.
    pub fn of(violations: &'a [Fine]) -> Blocking<'a> {
        let due: Vec<&Fine> = violations.iter().filter(|v| v.is_due()).collect();
        let here: Vec<&Fine> = due.iter().copied().filter(|v| v.in_beijing()).collect();
        if here.is_empty() {
            Blocking {
                in_beijing: false,
                violations: due,
            }
        } else {
            Blocking {
                in_beijing: true,
                violations: here,
            }
        }
    }

    /// What to tell the person, Chinese.
    pub fn zh(&self) -> String {
        match (self.violations.len(), self.in_beijing) {
            (0, _) => {
                "没有查到未处理的违法记录。以审核部门的说法为准，可在交管12123里再核对。".to_owned()
            }
            (n, true) => {
                format!("查到 {n} 条北京的违法记录尚未处理完，会影响进京证，请在交管12123里处理。")
            }
            (n, false) => format!(
                "查到 {n} 条未处理完的违法记录，都没有注明在北京，可能是原因，请在交管12123里核对。"
            ),
        }
    }

    /// What to tell the person, English.
    pub fn en(&self) -> String {
        match (self.violations.len(), self.in_beijing) {
            (0, _) => "No unhandled violation was found. The permit office's word counts; check in the 12123 app.".to_owned(),
            (n, true) => format!("{n} violation(s) in Beijing are not settled and stand in the way of the permit; handle them in the 12123 app."),
            (n, false) => {
                format!("{n} violation(s) are not settled, none named as in Beijing; they may be the reason: check in the 12123 app.")
            }
        }
    }
}
