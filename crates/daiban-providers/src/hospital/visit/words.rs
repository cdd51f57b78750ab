//! What the visit errand says to people.

use daiban_core::Text;

use super::Pick;
use super::choose::Choice;
use crate::hospital::booking::Confirm;
use crate::words::day_zh;

pub(super) use crate::words::yuan;

/// Where bookings are cancelled.
pub(super) fn official() -> Text {
    Text::new(
        "要取消请走官方渠道：微信公众号「北京114预约挂号」、京通小程序，或拨 010-114",
        "to cancel, use the official channels: the WeChat account 北京114预约挂号, the 京通 mini-program, or phone 010-114",
    )
}

impl Pick {
    /// `12月2日 周三 上午 08:30-09:00 北京示例医院 儿科门诊 张示例 副主任医师`
    pub(super) fn text(&self) -> Text {
        let when = self.when();
        let who = self.who();
        let (hospital, department) = (&self.hospital_name, &self.department_name);
        Text::new(
            format!("{} {hospital} {department} {who}", when.zh),
            format!("{}, {hospital} {department}, {who}", when.en),
        )
    }

    pub(super) fn when(&self) -> Text {
        let period = self.period.as_deref().unwrap_or_default();
        let blank = if period.is_empty() { "" } else { " " };
        Text::new(
            format!(
                "{} {}{blank}{period}",
                day_zh(self.date),
                self.half_day.zh()
            ),
            format!("{} {}{blank}{period}", self.date, self.half_day.en()),
        )
    }

    fn who(&self) -> String {
        match &self.doctor {
            Some(doctor) if *doctor != self.title => format!("{doctor} {}", self.title),
            _ => self.title.clone(),
        }
    }
}

/// `12-02 上午 张示例 副主任医师`
pub(super) fn line(choice: &Choice<'_>) -> String {
    let doctor = choice.slot.doctor.as_deref().unwrap_or_default();
    let blank = if doctor.is_empty() { "" } else { " " };
    format!(
        "{:02}-{:02} {} {doctor}{blank}{}",
        choice.date.month(),
        choice.date.day(),
        choice.slot.half_day.zh(),
        choice.slot.title
    )
}

/// What the confirm page shows, in one line.
pub(super) fn confirmed(confirm: &Confirm) -> Text {
    let doctor = confirm.doctor.as_deref().unwrap_or("未指明");
    let title = confirm.title.as_deref().unwrap_or_default();
    let fee = confirm.fee_fen.map(yuan);
    let (fee_zh, fee_en) = match &fee {
        Some(fee) => (fee.as_str(), fee.as_str()),
        None => ("没写费用", "fee not told"),
    };
    Text::new(
        format!("{} {doctor} {title} {fee_zh}", confirm.visit_time),
        format!("{}, {doctor} {title}, {fee_en}", confirm.visit_time),
    )
}
