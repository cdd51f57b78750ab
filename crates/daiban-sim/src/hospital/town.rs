//! Hospitals of an invented town, so that a search has something to find, with clinics all week. Left to others: the
//! clinics that matter to the demo (`family`).

use super::clinics::{Clinic, add_clinic};
use super::places::{Hospital, HospitalDepartment, add_department, add_hospital};
use crate::world::World;

pub(super) const CHILDREN: &str = "H90000001";
pub(super) const GENERAL: &str = "H90000002";

/// Code and name of a first level with the names of its second levels.
type Group = (&'static str, &'static str, &'static [&'static str]);

const CHILDREN_GROUPS: [Group; 9] = [
    (
        "04",
        "儿内科",
        &[
            "儿科普通门诊",
            "呼吸内科门诊",
            "消化内科门诊",
            "心血管内科门诊",
            "肾脏内科门诊",
            "神经内科门诊",
            "血液内科门诊",
            "内分泌门诊",
        ],
    ),
    (
        "T007",
        "儿外科",
        &[
            "普通外科门诊",
            "骨科门诊",
            "泌尿外科门诊",
            "心脏外科门诊",
            "神经外科门诊",
        ],
    ),
    (
        "0123456789abcdef0123456789abcdef",
        "五官科",
        &["耳鼻喉科门诊", "眼科门诊", "口腔科门诊"],
    ),
    (
        "hyde_EBH_00000001_vir",
        "皮肤科",
        &["皮肤科门诊", "皮肤过敏门诊"],
    ),
    (
        "11",
        "儿童保健科",
        &["儿童保健门诊", "生长发育门诊", "营养门诊", "心理门诊"],
    ),
    ("12", "中医科", &["中医儿科门诊", "针灸推拿门诊"]),
    ("13", "康复科", &["康复门诊", "语言训练门诊"]),
    ("14", "新生儿科", &["新生儿门诊", "高危儿随访门诊"]),
    ("15", "感染科", &["肝病门诊", "疫苗咨询门诊"]),
];

const GENERAL_GROUPS: [Group; 9] = [
    (
        "00aa11bb22cc33dd44ee55ff66770088",
        "口腔科",
        &[
            "口腔综合门诊",
            "口腔种植科门诊",
            "口腔颌面外科门诊",
            "口腔正畸科门诊",
        ],
    ),
    (
        "01",
        "内科",
        &[
            "消化内科门诊-XHNKMZ",
            "呼吸内科门诊",
            "心血管内科门诊",
            "神经内科门诊",
            "内分泌科门诊",
            "风湿免疫科门诊",
            "肾内科门诊",
        ],
    ),
    (
        "02",
        "外科",
        &[
            "普通外科门诊",
            "骨科门诊",
            "泌尿外科门诊",
            "胸外科门诊",
            "神经外科门诊",
        ],
    ),
    (
        "hyde_EBH_00000000_vir",
        "耳鼻咽喉头颈外科",
        &["鼻科门诊", "耳科门诊", "咽喉科门诊"],
    ),
    ("06", "妇产科", &["妇科门诊", "产科门诊", "计划生育门诊"]),
    ("07", "眼科", &["眼科门诊", "白内障门诊", "青光眼门诊"]),
    ("08", "皮肤科", &["皮肤科门诊", "皮肤美容门诊"]),
    ("T009", "中医科", &["中医内科门诊", "针灸科门诊"]),
    ("10", "儿科", &["儿科门诊"]),
];

const SMALL_GROUPS: [Group; 2] = [
    ("01", "内科", &["普通内科门诊", "心血管内科门诊"]),
    ("02", "外科", &["普通外科门诊"]),
];

const DOCTORS: [&str; 10] = [
    "赵安例",
    "钱宁例",
    "孙和例",
    "李平例",
    "周康例",
    "吴静例",
    "郑明例",
    "冯悦例",
    "陈清例",
    "褚远例",
];

/// Code, name, level with its id, area, opening time, days ahead, maintenance.
type Row = (
    &'static str,
    &'static str,
    (&'static str, &'static str),
    &'static str,
    &'static str,
    i64,
    bool,
);

const THIRD_A: (&str, &str) = ("三级甲等", "1");
const THIRD: (&str, &str) = ("三级专科", "1");
const SECOND: (&str, &str) = ("二级甲等", "2");
const FIRST: (&str, &str) = ("一级", "3");

const HOSPITALS: [Row; 10] = [
    (
        CHILDREN,
        "北京示例儿童医院",
        THIRD_A,
        "2",
        "08:30",
        7,
        false,
    ),
    (GENERAL, "北京示例第一医院", THIRD_A, "1", "09:30", 7, false),
    ("9162", "北京示例中医医院", SECOND, "1", "10:15", 7, false),
    ("9237", "北京示例口腔医院", THIRD, "3", "10:00", 14, true),
    (
        "H90000005",
        "北京示例妇产医院",
        THIRD,
        "3",
        "07:00",
        7,
        false,
    ),
    (
        "H90000006",
        "北京示例第二医院",
        THIRD_A,
        "6",
        "08:00",
        14,
        false,
    ),
    ("9301", "北京示例眼科医院", THIRD, "6", "15:00", 7, false),
    (
        "H90000008",
        "北京示例区中心医院",
        SECOND,
        "4",
        "08:30",
        7,
        false,
    ),
    (
        "9411",
        "北京示例区儿童保健院",
        SECOND,
        "5",
        "12:00",
        7,
        false,
    ),
    (
        "9502",
        "北京示例社区卫生服务中心",
        FIRST,
        "5",
        "07:30",
        6,
        false,
    ),
];

pub(super) fn fill(world: &mut World) {
    for (code, name, (level, level_id), area, opens_at, days_ahead, maintenance) in HOSPITALS {
        let hospital = Hospital {
            code: code.into(),
            name: name.into(),
            level: level.into(),
            level_id: level_id.into(),
            area_id: area.into(),
            opens_at: opens_at.into(),
            days_ahead,
            maintenance,
            cancel_by: Some("15:00".into()),
            ..Hospital::default()
        };
        add_hospital(world, hospital);
        let groups: &[Group] = match code {
            CHILDREN => &CHILDREN_GROUPS,
            GENERAL => &GENERAL_GROUPS,
            _ => &SMALL_GROUPS,
        };
        departments(world, code, groups);
    }
}

fn departments(world: &mut World, hos: &str, groups: &[Group]) {
    for (row, (first, first_name, names)) in groups.iter().enumerate() {
        for (column, name) in names.iter().enumerate() {
            let department = HospitalDepartment {
                hos: hos.into(),
                first: (*first).into(),
                first_name: (*first_name).into(),
                second: second_code(hos, row, column),
                second_name: (*name).into(),
                hot: column == 0 && row < 3,
                twice: column == 1 && row == 0,
                place: format!("门诊楼{}层{first_name}分诊台", row % 4 + 1),
            };
            add_department(world, department);
        }
    }
}

/// With zeros in front at the children's hospital, long elsewhere.
pub(super) fn second_code(hos: &str, row: usize, column: usize) -> String {
    match hos {
        CHILDREN => format!("{:03}", 44 + row * 100 + column),
        _ => format!("9000{row:02}{column:03}"),
    }
}

/// A doctor on some mornings and a general clinic on the other half of the days, whose places go within hours; not for
/// the departments named.
pub(super) fn clinics(world: &mut World, but: &[(&str, &str)]) {
    let departments: Vec<HospitalDepartment> = world
        .hospital
        .departments
        .iter()
        .filter(|one| !but.contains(&(one.hos.as_str(), one.second.as_str())))
        .cloned()
        .collect();
    for (number, department) in departments.into_iter().enumerate() {
        let clinic = Clinic {
            hos: department.hos,
            first: department.first,
            second: department.second,
            ..Clinic::default()
        };
        add_clinic(world, doctor(number, clinic.clone()));
        add_clinic(world, general(number, clinic));
    }
}

fn doctor(number: usize, clinic: Clinic) -> Clinic {
    let (title, fee) = [
        ("主任医师", "100"),
        ("副主任医师", "60"),
        ("知名专家", "200"),
    ][number % 3];
    Clinic {
        weekdays: [[1, 4], [2, 5], [3, 6]][number % 3].into(),
        doctor: Some(DOCTORS[number % DOCTORS.len()].into()),
        title: title.into(),
        skill: Some("门诊常见病诊治".into()),
        fee: fee.into(),
        places: 8,
        others_take_ms: Some(120_000 + number as i64 % 5 * 600_000),
        ..clinic
    }
}

fn general(number: usize, clinic: Clinic) -> Clinic {
    Clinic {
        weekdays: [[1, 2, 3], [3, 4, 5]][number % 2].into(),
        half_day: "AFTERNOON".into(),
        title: "普通号50".into(),
        places: 30,
        others_take_ms: Some(1_200_000),
        ..clinic
    }
}
