//! What of the wishes of a visit can be refused by what the service tells everybody: hospitals, departments, and with the
//! public table of fees a limit that no doctor keeps.

use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Visit;
use jiff::SignedDuration;
use serde_json::Value;

use super::Hospitals;
use super::catalogue::{LISTS_FOR, Reading, find, is};
use super::fees::{Level, cheapest_yuan};
use super::places::{Department, DepartmentRef, Hospital};
use super::shelf::Old;
use super::wire::catalogue::HospitalList;

/// A department that a kept list lacks is looked for in one no older than this before it is refused.
const LATELY: SignedDuration = SignedDuration::from_hours(1);

/// So many are suggested at most.
const SUGGESTED: usize = 3;

/// Checks the wishes of `hospital.visit`. What cannot be known now is left to the errand.
///
/// # Errors
/// [`InvalidInput`] naming `departments` or `fee_max`.
pub(super) async fn check_visit(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    wishes: &Value,
) -> Result<(), InvalidInput> {
    let Ok(reading) = Reading::of(hospitals, visit) else {
        return Ok(());
    };
    for text in texts(wishes, "departments") {
        let department = DepartmentRef::parse("departments", text)?;
        let list = reading.all_hospitals(Old::IsNone).await.ok();
        let list = list.as_ref().map(|seen| seen.answer.as_ref());
        check_hospital(list, &department)?;
        check_department(&reading, &department).await?;
        let hospital = list.and_then(|list| find(list, &department.hos));
        check_fee(hospital, wishes)?;
    }
    Ok(())
}

fn texts<'a>(wishes: &'a Value, name: &str) -> Vec<&'a str> {
    let list = wishes[name].as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

fn check_hospital(
    list: Option<&HospitalList>,
    department: &DepartmentRef,
) -> Result<(), InvalidInput> {
    let Some(list) = list.filter(|list| is_whole(list)) else {
        return Ok(());
    };
    let hos = &department.hos;
    if find(list, hos).is_some() {
        return Ok(());
    }
    let mut near: Vec<&Hospital> = list.hospitals.iter().collect();
    near.retain(|one| apart(&one.code, hos) <= 2);
    near.sort_by_key(|one| apart(&one.code, hos));
    let near = near
        .iter()
        .take(SUGGESTED)
        .map(|one| format!("{}（{}）", one.name, one.code));
    let (zh, en) = suggestion(near.collect());
    Err(InvalidInput::new(
        "departments",
        format!("平台没有编码为 {hos} 的医院{zh}"),
        format!("the service has no hospital {hos}{en}"),
    ))
}

/// A list that is not all there, or empty, proves nothing.
fn is_whole(list: &HospitalList) -> bool {
    let length = list.hospitals.len() as u64;
    length > 0 && list.count.is_some_and(|count| count <= length)
}

async fn check_department(
    reading: &Reading<'_>,
    department: &DepartmentRef,
) -> Result<(), InvalidInput> {
    for span in [LISTS_FOR, LATELY] {
        let list = reading
            .departments(&department.hos, span, Old::IsNone)
            .await;
        match list {
            Ok(list) if list.answer.iter().any(|one| is(one, department)) => return Ok(()),
            Ok(list) if span == LATELY && !list.answer.is_empty() => {
                return Err(no_department(&list.answer, department));
            }
            Ok(_) => {}
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

fn no_department(list: &[Department], department: &DepartmentRef) -> InvalidInput {
    let mut near: Vec<&Department> = list.iter().collect();
    near.sort_by_key(|one| {
        let (first, second) = (&department.first, &department.second);
        let other = (one.second.code != *second, one.first.code != *first);
        (other, apart(&one.second.code, second))
    });
    let named = |one: &&Department| {
        let (hos, first, second) = (&department.hos, &one.first.code, &one.second.code);
        format!("{}（{hos}/{first}/{second}）", one.second.name)
    };
    let (zh, en) = suggestion(near.iter().take(SUGGESTED).map(named).collect());
    InvalidInput::new(
        "departments",
        format!("这家医院没有科室 {department}{zh}"),
        format!("the hospital has no department {department}{en}"),
    )
}

fn suggestion(near: Vec<String>) -> (String, String) {
    if near.is_empty() {
        return (String::new(), String::new());
    }
    let (zh, en) = (near.join("、"), near.join(", "));
    (format!("；是不是：{zh}"), format!("; perhaps: {en}"))
}

/// Titles bind alone: a wished doctor may have any, and with `any_doctor_after_days` anybody will do in the end.
fn check_fee(hospital: Option<&Hospital>, wishes: &Value) -> Result<(), InvalidInput> {
    let Some(fee_max) = wishes["fee_max"].as_i64() else {
        return Ok(());
    };
    let level = Level::of(hospital.and_then(|one| one.level.as_deref()));
    let any = !wishes["any_doctor_after_days"].is_null() || !texts(wishes, "doctors").is_empty();
    let titles = if any {
        Vec::new()
    } else {
        texts(wishes, "titles")
    };
    let Some(cheapest) = cheapest_yuan(level, &titles).filter(|fee| fee_max < *fee) else {
        return Ok(());
    };
    let (titles_zh, titles_en) = match titles.join("、") {
        none if none.is_empty() => ("任何号".to_owned(), "any doctor".to_owned()),
        titles => (titles.clone(), titles),
    };
    Err(InvalidInput::new(
        "fee_max",
        format!(
            "{}的{titles_zh}最低 {cheapest} 元，{fee_max} 元以内挂不到",
            level.zh()
        ),
        format!(
            "{titles_en} at {} costs {cheapest} yuan at least, nothing can be had for {fee_max}",
            level.en()
        ),
    ))
}

/// How many letters have to be changed, added or taken away to make one of the other.
fn apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, its) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *its);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("", "", 0),
            ("162", "162", 0),
            ("162", "163", 1),
            ("162", "16", 1),
            ("H90000001", "H9000001", 1),
            ("", "abc", 3),
            ("162", "261", 2),
        ] {
            assert_eq!(
                (apart(one, other), apart(other, one)),
                (expected, expected),
                "{one} {other}"
            );
        }
    }
}
