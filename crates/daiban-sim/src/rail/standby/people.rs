//! Who stands in line: `passengerInfo`.

use crate::rail::RailAccount;
use crate::rail::orders::people as listed;

/// Somebody with the ticket they want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) id_type: String,
    pub(super) id_masked: String,
    /// `1` adult, `2` child, `3` student, `4` disabled soldier.
    pub(super) ticket: char,
    /// `type#number`, unmasked: who the ticket is for.
    pub(super) document: String,
}

/// `type#name#idType#idNo#allEncStr#flag;` each, the flag 0 or 1 (*seen* in 2024; the form without
/// it is refused since 2026). `None` when anything is not as it must be or somebody is not on the account.
///
/// Who may have which ticket, and who two, is as in an order.
pub(super) fn read(account: &RailAccount, info: &str) -> Option<Vec<Person>> {
    let each = info.strip_suffix(';')?.split(';');
    let people: Vec<Person> = each
        .map(|text| person(account, text))
        .collect::<Option<_>>()?;
    let is_twice = |person: &Person| {
        let same = |other: &&Person| other.document == person.document && other.ticket != '2';
        people.iter().filter(same).count() > 1
    };
    (!people.iter().any(is_twice)).then_some(people)
}

fn person(account: &RailAccount, text: &str) -> Option<Person> {
    let field: Vec<&str> = text.split('#').collect();
    let [ticket, name, id_type, id_masked, enc, "0" | "1"] = field[..] else {
        return None;
    };
    let ticket = listed::only(ticket).filter(|kind| ('1'..='4').contains(kind))?;
    let known = listed::person(account, enc, name, id_type, id_masked)?;
    listed::may_have(known, ticket).then(|| Person {
        name: name.into(),
        id_type: id_type.into(),
        id_masked: id_masked.into(),
        ticket,
        document: listed::document(known),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::rail::RailPassenger;
    use crate::rail::account::{enc, shown_id};

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
        let seal = |at: usize| enc(&account, &account.passengers[at]);
        let masked = shown_id(&account.passengers[0]);
        let one = format!("2#张三#1#{masked}#{}#0;", seal(0));
        let people = read(&account, &one).unwrap();
        assert_eq!((people.len(), people[0].ticket), (1, '2'));
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
            one.replacen('2', "3", 1),
            one.replacen('2', "1", 1).repeat(2),
        ] {
            assert_eq!(read(&account, &wrong), None, "{wrong}");
        }
        let masked = shown_id(&account.passengers[1]);
        let both = format!("{one}1#张三#1#{masked}#{}#1;", seal(1));
        assert_eq!(read(&account, &both).unwrap().len(), 2);
    }
}
