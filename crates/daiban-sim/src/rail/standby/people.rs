//! Who stands in line: `passengerInfo`.

use crate::rail::account::{all_enc_str, masked_id};
use crate::rail::{RailAccount, RailPassenger};

/// Somebody with the ticket they want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) id_type: String,
    pub(super) id_masked: String,
    /// `1` adult, `2` child, `3` student, `4` disabled soldier.
    pub(super) ticket: char,
}

impl Person {
    pub(super) fn ticket_name(&self) -> &'static str {
        match self.ticket {
            '2' => "儿童票",
            '3' => "学生票",
            '4' => "残军票",
            _ => "成人票",
        }
    }
}

/// `type#name#idType#idNo#allEncStr#flag;` each, the flag 0 or 1 (*seen* in 2024; the form without
/// it is refused since 2026). `None` when anything is not as it must be or somebody is not on the account.
pub(super) fn read(account: &RailAccount, info: &str) -> Option<Vec<Person>> {
    let each = info.strip_suffix(';')?.split(';');
    let people: Vec<(Person, &str)> = each
        .map(|text| person(account, text))
        .collect::<Option<_>>()?;
    let mut seals: Vec<&str> = people.iter().map(|(_, seal)| *seal).collect();
    seals.sort_unstable();
    seals.dedup();
    (seals.len() == people.len()).then(|| people.into_iter().map(|(person, _)| person).collect())
}

fn person<'a>(account: &RailAccount, text: &'a str) -> Option<(Person, &'a str)> {
    let field: Vec<&str> = text.split('#').collect();
    let [
        ticket @ ("1" | "2" | "3" | "4"),
        name,
        id_type,
        id_masked,
        seal,
        "0" | "1",
    ] = field[..]
    else {
        return None;
    };
    let is_meant = |passenger: &&RailPassenger| all_enc_str(account, passenger) == seal;
    let known = account.passengers.iter().find(is_meant)?;
    let fits = known.name == name && known.id_type == id_type && masked_id(known) == id_masked;
    let person = Person {
        name: name.into(),
        id_type: id_type.into(),
        id_masked: id_masked.into(),
        ticket: ticket.chars().next()?,
    };
    fits.then_some((person, seal))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_field_counts() {
        let passenger = |serial| RailPassenger {
            name: "张三".into(),
            id_number: crate::id_number(serial),
            ..RailPassenger::default()
        };
        let account = RailAccount {
            username: "demo_zhang".into(),
            passengers: vec![passenger(1), passenger(2)],
            ..RailAccount::default()
        };
        let seal = |at: usize| all_enc_str(&account, &account.passengers[at]);
        let masked = masked_id(&account.passengers[0]);
        let one = format!("2#张三#1#{masked}#{}#0;", seal(0));
        let people = read(&account, &one).unwrap();
        assert_eq!((people.len(), people[0].ticket_name()), (1, "儿童票"));
        for wrong in [
            String::new(),
            one.trim_end_matches(';').into(),
            one.replace("#0;", ";"),
            one.replace("#0;", "#2;"),
            one.replacen('2', "5", 1),
            one.replace("张三", "李四"),
            one.replace("#1#", "#B#"),
            one.replace(&masked, &crate::id_number(1)),
            one.replace(&seal(0), &seal(1)),
            one.replace(&seal(0), "invented"),
            format!("{one}{one}"),
        ] {
            assert_eq!(read(&account, &wrong), None, "{wrong}");
        }
        let masked = masked_id(&account.passengers[1]);
        let both = format!("{one}1#张三#1#{masked}#{}#1;", seal(1));
        assert_eq!(read(&account, &both).unwrap().len(), 2);
    }
}
