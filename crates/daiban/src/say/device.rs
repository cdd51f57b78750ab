//! What a browser calls itself, in plain words: `微信 · iPhone`.

use daiban_core::Text;

/// What it says of itself, and what people call it. The first that is found counts: most browsers claim to be others too.
const BROWSERS: &[(&str, &str, &str)] = &[
    ("wxwork/", "企业微信", "WeCom"),
    ("micromessenger/", "微信", "WeChat"),
    ("dingtalk/", "钉钉", "DingTalk"),
    ("edg/", "Edge", "Edge"),
    ("edga/", "Edge", "Edge"),
    ("edgios/", "Edge", "Edge"),
    ("mqqbrowser/", "QQ 浏览器", "QQ Browser"),
    ("ucbrowser/", "UC 浏览器", "UC Browser"),
    ("miuibrowser/", "小米浏览器", "Mi Browser"),
    ("huaweibrowser/", "华为浏览器", "Huawei Browser"),
    ("samsungbrowser/", "三星浏览器", "Samsung Internet"),
    ("fxios/", "Firefox", "Firefox"),
    ("firefox/", "Firefox", "Firefox"),
    ("crios/", "Chrome", "Chrome"),
    ("chrome/", "Chrome", "Chrome"),
    ("safari/", "Safari", "Safari"),
    ("curl/", "curl", "curl"),
];
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("iphone", "iPhone", "iPhone"),
    ("ipad", "iPad", "iPad"),
    ("harmony", "鸿蒙", "HarmonyOS"),
    ("android", "Android", "Android"),
    ("windows", "Windows", "Windows"),
    ("macintosh", "Mac", "Mac"),
    ("cros ", "ChromeOS", "ChromeOS"),
    ("linux", "Linux", "Linux"),
];

/// Browser and system in a word each, from what the browser calls itself. Anybody can claim anything: a help for the eye,
/// and no proof.
pub fn device(agent: &str) -> Text {
    let agent = agent.to_ascii_lowercase();
    let of = |known: &[(&str, &'static str, &'static str)]| {
        let found = known.iter().find(|(mark, ..)| agent.contains(mark));
        found.map(|(_, zh, en)| (*zh, *en))
    };
    match (of(BROWSERS), of(SYSTEMS)) {
        (None, None) => Text::new("认不出的浏览器", "an unknown browser"),
        (Some((zh, en)), None) | (None, Some((zh, en))) => Text::new(zh, en),
        (Some(browser), Some(system)) => Text::new(
            format!("{} · {}", browser.0, system.0),
            format!("{} · {}", browser.1, system.1),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_as_they_call_themselves() {
        for (agent, told) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN",
                "微信 · iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
                "Safari · Mac",
            ),
            (
                "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0",
                "华为浏览器 · 鸿蒙",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Firefox · Linux",
            ),
            ("curl/8.5.0", "curl"),
            ("", "认不出的浏览器"),
            ("<script>", "认不出的浏览器"),
        ] {
            assert_eq!(device(agent).zh, told, "{agent}");
        }
    }
}
