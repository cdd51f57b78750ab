//! The service's dictionaries: purposes, districts, entry roads.
//!
//! *Source*: the service's own dictionary answers (*seen* 2025–2026). Leading zeros belong to the codes. Of the entry roads
//! only 其他道路 is publicly known.

use daiban_core::descriptor::Label;

type Choice = (&'static str, Label);

/// 进京目的
pub const PURPOSES: [Choice; 6] = [
    ("01", Label::new("自驾旅游", "driving holiday")),
    ("02", Label::new("看病就医", "medical care")),
    ("03", Label::new("探亲访友", "visiting family or friends")),
    ("04", Label::new("学习培训", "study or training")),
    ("05", Label::new("公务差旅", "business")),
    ("06", Label::new("其它", "other")),
];

/// 区县
pub const DISTRICTS: [Choice; 17] = [
    ("001", Label::new("东城区", "Dongcheng")),
    ("002", Label::new("西城区", "Xicheng")),
    ("003", Label::new("朝阳区", "Chaoyang")),
    ("004", Label::new("丰台区", "Fengtai")),
    ("005", Label::new("石景山区", "Shijingshan")),
    ("006", Label::new("海淀区", "Haidian")),
    ("007", Label::new("门头沟区", "Mentougou")),
    ("008", Label::new("房山区", "Fangshan")),
    ("009", Label::new("通州区", "Tongzhou")),
    ("010", Label::new("顺义区", "Shunyi")),
    ("011", Label::new("昌平区", "Changping")),
    ("012", Label::new("大兴区", "Daxing")),
    ("013", Label::new("怀柔区", "Huairou")),
    ("014", Label::new("平谷区", "Pinggu")),
    ("015", Label::new("密云区", "Miyun")),
    ("016", Label::new("延庆区", "Yanqing")),
    (
        "017",
        Label::new("开发区", "Economic-Technological Development Area"),
    ),
];

/// 进京路口
pub const ENTRY_ROADS: [Choice; 1] = [("00606", Label::new("其他道路", "other road"))];

/// Code and name of a purpose.
pub fn purpose(code: &str) -> Option<(&'static str, &'static str)> {
    find(&PURPOSES, code)
}

/// Code and name of a district.
pub fn district(code: &str) -> Option<(&'static str, &'static str)> {
    find(&DISTRICTS, code)
}

/// Code and name of an entry road.
pub fn entry_road(code: &str) -> Option<(&'static str, &'static str)> {
    find(&ENTRY_ROADS, code)
}

fn find(choices: &'static [Choice], code: &str) -> Option<(&'static str, &'static str)> {
    let found = choices.iter().find(|(known, _)| *known == code);
    found.map(|(code, label)| (*code, label.zh))
}
