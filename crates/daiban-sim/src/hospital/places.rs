//! Hospitals and departments, and the calls that list them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reply::{bad_fields, ok, refused};
use super::strict::query;
use crate::answer::{Answer, Call};
use crate::world::World;

/// A hospital.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hospital {
    /// `162`, `H02110003`.
    pub code: String,
    /// Name.
    pub name: String,
    /// `三级甲等`.
    pub level: String,
    /// `levelId` it is found by: `1` third level, `2` second, `3` first (*guessed*).
    pub level_id: String,
    /// `areaId` it is found by (*guessed*: numbers of districts).
    pub area_id: String,
    /// When it releases places each day, `08:30`.
    pub opens_at: String,
    /// A day is released so many days before it.
    pub days_ahead: i64,
    /// The release really comes so many seconds after the moment told; negative: before it.
    pub drift_s: i64,
    /// Taken offline: listed, but its departments and places are not to be had.
    pub maintenance: bool,
    /// Bookings can be cancelled until this time of the day before, `15:00`; `None`: the order does not say.
    pub cancel_by: Option<String>,
}

impl Default for Hospital {
    fn default() -> Self {
        Self {
            code: String::new(),
            name: String::new(),
            level: "三级甲等".into(),
            level_id: "1".into(),
            area_id: "1".into(),
            opens_at: "08:30".into(),
            days_ahead: 7,
            drift_s: 0,
            maintenance: false,
            cancel_by: None,
        }
    }
}

/// A department of the second level under one of the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HospitalDepartment {
    /// Code of its hospital.
    pub hos: String,
    /// Code of the first level.
    pub first: String,
    /// Name of the first level.
    pub first_name: String,
    /// Code of the second level; may repeat under another first level.
    pub second: String,
    /// Name of the second level.
    pub second_name: String,
    /// Shown once more in the group of hot ones.
    pub hot: bool,
    /// Listed twice in its own group, as happens.
    pub twice: bool,
    /// Where the number is fetched; may be empty.
    pub place: String,
}

/// Adds a hospital, or puts it in the place of the one with that code.
pub(crate) fn add_hospital(world: &mut World, hospital: Hospital) {
    let hospitals = &mut world.hospital.hospitals;
    let known = hospitals
        .iter_mut()
        .find(|known| known.code == hospital.code);
    match known {
        Some(known) => *known = hospital,
        None => hospitals.push(hospital),
    }
}

/// Adds a department, or puts it in the place of the one with the same codes.
pub(crate) fn add_department(world: &mut World, department: HospitalDepartment) {
    let departments = &mut world.hospital.departments;
    let known = departments
        .iter_mut()
        .find(|known| known.is(&department.hos, &department.first, &department.second));
    match known {
        Some(known) => *known = department,
        None => departments.push(department),
    }
}

impl HospitalDepartment {
    fn is(&self, hos: &str, first: &str, second: &str) -> bool {
        self.hos == hos && self.first == first && self.second == second
    }
}

/// A hospital that answers.
pub(super) fn hospital<'a>(world: &'a World, code: &str) -> Result<&'a Hospital, Answer> {
    let mut hospitals = world.hospital.hospitals.iter();
    let hospital = hospitals.find(|hospital| hospital.code == code);
    let hospital = hospital.ok_or_else(|| refused("医院不存在"))?;
    if hospital.maintenance {
        return Err(refused("医院系统维护中"));
    }
    Ok(hospital)
}

/// A hospital that answers and one of its departments.
pub(super) fn both<'a>(
    world: &'a World,
    hos: &str,
    first: &str,
    second: &str,
) -> Result<(&'a Hospital, &'a HospitalDepartment), Answer> {
    let hospital = hospital(world, hos)?;
    let mut departments = world.hospital.departments.iter();
    let department = departments.find(|department| department.is(hos, first, second));
    Ok((hospital, department.ok_or_else(|| refused("科室不存在"))?))
}

/// `hospital/list`: a page of those that fit; past the end an empty one.
pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Answer> {
    let fields = query(
        call,
        &["keywords", "levelId", "areaId", "pageNo", "pageSize"],
        &[],
    )?;
    let number = |name: &str| {
        let number: Option<usize> = fields.text(name).parse().ok();
        number.filter(|number| *number > 0).ok_or_else(bad_fields)
    };
    let (page, size) = (number("pageNo")?, number("pageSize")?);
    let is_any = |name: &str, value: &str| {
        matches!(fields.text(name), "0" | "") || fields.text(name) == value
    };
    let fitting: Vec<Value> = world
        .hospital
        .hospitals
        .iter()
        .filter(|hospital| hospital.name.contains(fields.text("keywords").trim()))
        .filter(|hospital| {
            is_any("levelId", &hospital.level_id) && is_any("areaId", &hospital.area_id)
        })
        .map(row)
        .collect();
    let rows: Vec<&Value> = fitting
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .collect();
    Ok(ok(&json!({"list": rows, "count": fitting.len()})))
}

fn row(hospital: &Hospital) -> Value {
    json!({
        "code": hospital.code, "name": hospital.name,
        "picture": format!("//img.114yygh.com/image/image-003/{}.png", hospital.code),
        "levelText": hospital.level, "openTimeText": hospital.opens_at, "maintain": hospital.maintenance,
        "distance": null,
    })
}

/// `hospital/detail`; `bookingRange` counts today (*seen* so in a client of 2023).
pub(super) fn detail(world: &World, call: &Call) -> Result<Answer, Answer> {
    let fields = query(call, &["hosCode"], &[])?;
    let hospitals = &world.hospital.hospitals;
    let hospital = hospitals
        .iter()
        .find(|hospital| hospital.code == fields.text("hosCode"));
    let hospital = hospital.ok_or_else(|| refused("医院不存在"))?;
    Ok(ok(&json!({
        "code": hospital.code, "name": hospital.name, "levelText": hospital.level,
        "openTimeView": hospital.opens_at, "bookingRange": hospital.days_ahead + 1, "maintain": hospital.maintenance,
    })))
}

/// `department/hos/list`: groups, before them one of hot departments that is no department of its own.
pub(super) fn departments(world: &World, call: &Call) -> Result<Answer, Answer> {
    let fields = query(call, &["hosCode"], &[])?;
    let hospital = hospital(world, fields.text("hosCode"))?;
    let own = of(world, &hospital.code);
    let hot: Vec<Value> = own
        .iter()
        .filter(|one| one.hot)
        .map(|one| child(one))
        .collect();
    let mut groups = vec![json!({"code": "hot", "name": "热门科室", "subList": hot})];
    for first in firsts(&own) {
        let children = own.iter().filter(|one| one.first == first.first);
        let children: Vec<Value> = children
            .flat_map(|one| std::iter::repeat_n(child(one), 1 + usize::from(one.twice)))
            .collect();
        groups.push(json!({"code": first.first, "name": first.first_name, "subList": children}));
    }
    Ok(ok(&json!({"list": groups})))
}

pub(super) fn of<'a>(world: &'a World, hos: &str) -> Vec<&'a HospitalDepartment> {
    let departments = world.hospital.departments.iter();
    departments
        .filter(|department| department.hos == hos)
        .collect()
}

/// One department of each first level, in the order they were added.
pub(super) fn firsts<'a>(own: &[&'a HospitalDepartment]) -> Vec<&'a HospitalDepartment> {
    let mut firsts: Vec<&HospitalDepartment> = Vec::new();
    for one in own {
        if !firsts.iter().any(|known| known.first == one.first) {
            firsts.push(one);
        }
    }
    firsts
}

fn child(department: &HospitalDepartment) -> Value {
    json!({
        "code": department.second, "name": department.second_name,
        "dept1Code": department.first, "hotDept": department.hot,
    })
}

/// `department/hos/detail`.
pub(super) fn department(world: &World, call: &Call) -> Result<Answer, Answer> {
    let fields = query(call, &["firstDeptCode", "secondDeptCode", "hosCode"], &[])?;
    let (first, second) = (fields.text("firstDeptCode"), fields.text("secondDeptCode"));
    let (hospital, department) = both(world, fields.text("hosCode"), first, second)?;
    Ok(ok(&json!({
        "hosCode": hospital.code, "hosName": hospital.name,
        "firstDeptCode": department.first, "firstDeptName": department.first_name,
        "secondDeptCode": department.second, "secondDeptName": department.second_name,
    })))
}
