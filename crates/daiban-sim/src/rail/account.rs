//! Rail accounts and their passengers, as the service lists them: masked, each with its `allEncStr`.

use jiff::civil::Date;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::session;
use super::{envelope, form, illegal};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;

/// A person with the rail service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RailAccount {
    /// Sign-in name.
    pub username: String,
    /// Name of the person, as told after signing in.
    pub name: String,
    /// Day of birth, told by login/conf; `None`: an empty text.
    #[serde(default)]
    pub born: Option<Date>,
    /// Password, as typed; empty: the password way is closed to this person.
    #[serde(default)]
    pub password: String,
    /// Last four of the number of the person's own document, asked for before an SMS code is sent.
    #[serde(default)]
    pub id_tail: String,
    /// Mobile phone that SMS codes go to; empty: none can be sent.
    #[serde(default)]
    pub phone: String,
    /// Whom tickets can be bought for, in the order they are listed.
    #[serde(default)]
    pub passengers: Vec<RailPassenger>,
}

/// Someone on an account's list of passengers. Several may share a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RailPassenger {
    /// Name.
    pub name: String,
    /// Kind of document: `1` resident identity card, `B` passport, …
    pub id_type: String,
    /// Number of the document; only ever shown masked.
    pub id_number: String,
    /// `1` adult, `2` child, `3` student, `4` disabled soldier.
    pub kind: String,
    /// Mobile phone; may be empty.
    pub phone: String,
}

impl Default for RailPassenger {
    fn default() -> Self {
        Self {
            name: String::new(),
            id_type: "1".into(),
            id_number: String::new(),
            kind: "1".into(),
            phone: String::new(),
        }
    }
}

pub(crate) fn add_account(world: &mut World, account: RailAccount) {
    let accounts = &mut world.rail.accounts;
    match accounts
        .iter_mut()
        .find(|known| known.username == account.username)
    {
        Some(known) => *known = account,
        None => accounts.push(account),
    }
}

/// `/otn/passengers/query`: one page of the list.
pub(crate) fn passengers(world: &World, call: &Call) -> Answer {
    let Some(account) = session::account_of(world, call) else {
        return session::signed_out(world, call);
    };
    let fields = form(call);
    let number = |name: &str| -> Option<usize> {
        let value = fields.iter().find(|(key, _)| key == name)?.1.parse().ok()?;
        (value > 0).then_some(value)
    };
    let (Some(page), Some(size)) = (number("pageIndex"), number("pageSize")) else {
        return illegal();
    };
    // The page of the service names itself; which page is *guessed*, so any of its own will do.
    if !call.header("referer").contains("/otn/") {
        return illegal();
    }
    let all = rows(world.now, account);
    let rows: Vec<&Value> = all
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .collect();
    Answer::json(&envelope(json!({
        "datas": rows, "pageTotal": all.len().div_ceil(size), "flag": true,
    })))
}

/// Everybody on the list, as the service shows them.
pub(super) fn rows(now: i64, account: &RailAccount) -> Vec<Value> {
    let passengers = account.passengers.iter().enumerate();
    passengers
        .map(|(index, passenger)| row(now, account, index, passenger))
        .collect()
}

/// The document's number as it is shown and sent back.
pub(super) fn shown_id(passenger: &RailPassenger) -> String {
    masked(&passenger.id_number, 4, 3)
}

/// The phone as it is shown and sent back; may be empty.
pub(super) fn shown_phone(passenger: &RailPassenger) -> String {
    masked(&passenger.phone, 3, 4)
}

/// `allEncStr`: always the same for somebody. Its end is a digit that is also a seat or ticket
/// code, so that a client which trims such signs off the string is found out.
pub(super) fn enc(account: &RailAccount, passenger: &RailPassenger) -> String {
    let mut text = opaque(&whom(account, passenger), 4);
    let end = text.pop().map_or(0, |end| end as usize % 4);
    text.push(['1', '3', '4', '9'][end]);
    text
}

fn whom(account: &RailAccount, passenger: &RailPassenger) -> String {
    let (id_type, id_number) = (&passenger.id_type, &passenger.id_number);
    format!("{}#{id_type}#{id_number}", account.username)
}

/// The fields *seen* in 2018–2024 answers. Their values are strings; `total_times` 99 stands for a
/// document that has been checked.
fn row(now: i64, account: &RailAccount, index: usize, passenger: &RailPassenger) -> Value {
    let age = age(now, passenger);
    let yes = |yes: bool| if yes { "Y" } else { "N" };
    let is_child = passenger.kind == "2";
    let whom = whom(account, passenger);
    json!({
        "passenger_name": passenger.name, "passenger_type": passenger.kind,
        "passenger_id_type_code": passenger.id_type, "passenger_id_no": shown_id(passenger),
        "mobile_no": shown_phone(passenger), "allEncStr": enc(account, passenger),
        "passenger_uuid": opaque(&format!("uuid#{whom}"), 2), "index_id": index.to_string(),
        "total_times": "99", "if_receive": "N",
        "isAdult": yes(!is_child), "isYongThan10": yes(age.is_some_and(|age| age < 10)),
        "isYongThan14": yes(age.is_some_and(|age| age < 14)), "isOldThan60": yes(age.is_some_and(|age| age > 60)),
    })
}

/// Whole years, from the day of birth in a resident's ID number.
fn age(now: i64, passenger: &RailPassenger) -> Option<i16> {
    if passenger.id_type != "1" {
        return None;
    }
    let born = Date::strptime("%Y%m%d", passenger.id_number.get(6..14)?).ok()?;
    let today = clock::date(now);
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    Some(today.year() - born.year() - i16::from(!had_birthday))
}

/// All but the first and last characters as stars; a text too short for that is stars only.
fn masked(text: &str, first: usize, last: usize) -> String {
    let length = text.chars().count();
    let shown = |at: usize| length > first + last && (at < first || at >= length - last);
    text.chars()
        .enumerate()
        .map(|(at, letter)| if shown(at) { letter } else { '*' })
        .collect()
}

/// Hex digits that tell nothing and are always the same for the same text: 32 for each block.
fn opaque(text: &str, blocks: usize) -> String {
    (0..blocks)
        .flat_map(|block| Md5::digest(format!("{block}{text}")).to_vec())
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_only_the_ends() {
        assert_eq!(masked("139999199001010145", 4, 3), "1399***********145");
        assert_eq!(masked("13800000001", 3, 4), "138****0001");
        assert_eq!(masked("E123", 4, 3), "****");
        assert_eq!(masked("", 3, 4), "");
    }

    #[test]
    fn years_are_whole() {
        let passenger = RailPassenger {
            id_number: crate::id_number(1),
            ..RailPassenger::default()
        };
        let day = |text: &str| clock::start_of(text.parse().unwrap_or_default());
        assert_eq!(age(day("2026-11-20"), &passenger), Some(36));
        assert_eq!(age(day("1999-12-31"), &passenger), Some(9));
        let passport = RailPassenger {
            id_type: "B".into(),
            ..passenger
        };
        assert_eq!(age(day("2026-11-20"), &passport), None);
    }
}
