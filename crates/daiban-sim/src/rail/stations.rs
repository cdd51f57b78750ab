//! Stations: the built-in dictionary of well-known ones, or a recorded file, and the station script.

use std::path::Path;

/// Stations whose codes are on every public timetable: key, name, telecode, pinyin, initials,
/// city code, city, extra name. Facts of 12306's own station script, 2026.
const BUILT_IN: [&str; 96] = [
    "bjb|北京北|VAP|beijingbei|bjb|0357|北京|",
    "bjd|北京东|BOP|beijingdong|bjd|0357|北京|",
    "bji|北京|BJP|beijing|bj|0357|北京|",
    "bjn|北京南|VNP|beijingnan|bjn|0357|北京|",
    "bjx|北京西|BXP|beijingxi|bjx|0357|北京|",
    "bjx|北京大兴|IPP|beijingdaxing|bjdx|0357|北京|",
    "bjy|北京朝阳|IFP|beijingchaoyang|bjcy|0357|北京|",
    "bjt|北京丰台|FTP|beijingfengtai|bjft|0357|北京|",
    "qhe|清河|QIP|qinghe|qh|0357|北京|",
    "sha|上海|SHH|shanghai|sh|0712|上海|",
    "shn|上海南|SNH|shanghainan|shn|0712|上海|",
    "shq|上海虹桥|AOH|shanghaihongqiao|shhq|0712|上海|",
    "shx|上海西|SXH|shanghaixi|shx|0712|上海|",
    "tjb|天津北|TBP|tianjinbei|tjb|0359|天津|",
    "tji|天津|TJP|tianjin|tj|0359|天津|",
    "tjn|天津南|TIP|tianjinnan|tjn|0359|天津|",
    "tjx|天津西|TXP|tianjinxi|tjx|0359|天津|",
    "cqb|重庆北|CUW|chongqingbei|cqb|1717|重庆|",
    "cqi|重庆|CQW|chongqing|cq|1717|重庆|",
    "cqx|重庆西|CXW|chongqingxi|cqx|1717|重庆|",
    "yji|燕郊|AJP|yanjiao|yj|0358|廊坊|",
    "lfa|廊坊|LJP|langfang|lf|0358|廊坊|",
    "shx|三河县|OXP|sanhexian|shx|0358|廊坊|",
    "sjz|石家庄|SJP|shijiazhuang|sjz|0365|石家庄|",
    "bdd|保定东|BMP|baodingdong|bdd|0326|保定|",
    "tyu|太原|TYV|taiyuan|ty|0405|太原|",
    "tyn|太原南|TNV|taiyuannan|tyn|0405|太原|",
    "hht|呼和浩特|HHC|huhehaote|hhht|0511|呼和浩特|",
    "hhd|呼和浩特东|NDC|huhehaotedong|hhhtd|0511|呼和浩特|",
    "sya|沈阳|SYT|shenyang|sy|0205|沈阳|",
    "syb|沈阳北|SBT|shenyangbei|syb|0205|沈阳|",
    "dli|大连|DLT|dalian|dl|0220|大连|",
    "dlb|大连北|DFT|dalianbei|dlb|0220|大连|",
    "cch|长春|CCT|changchun|cc|0110|长春|",
    "heb|哈尔滨|HBB|haerbin|heb|0034|哈尔滨|",
    "hex|哈尔滨西|VAB|haerbinxi|hebx|0034|哈尔滨|",
    "jna|济南|JNK|jinan|jn|0602|济南|",
    "jnx|济南西|JGK|jinanxi|jnx|0602|济南|",
    "jnd|济南东|MDK|jinandong|jnd|0602|济南|",
    "dzd|德州东|DIP|dezhoudong|dzd|0601|德州|",
    "qda|青岛|QDK|qingdao|qd|0614|青岛|",
    "qdb|青岛北|QHK|qingdaobei|qdb|0614|青岛|",
    "nji|南京|NJH|nanjing|nj|0705|南京|",
    "njn|南京南|NKH|nanjingnan|njn|0705|南京|",
    "szh|苏州|SZH|suzhou|sz|0710|苏州|",
    "szb|苏州北|OHH|suzhoubei|szb|0710|苏州|",
    "wxi|无锡|WXH|wuxi|wx|0709|无锡|",
    "czh|常州|CZH|changzhou|cz|0708|常州|",
    "czb|常州北|ESH|changzhoubei|czb|0708|常州|",
    "xzh|徐州|XCH|xuzhou|xz|0701|徐州|",
    "xzd|徐州东|UUH|xuzhoudong|xzd|0701|徐州|",
    "hzh|杭州|HZH|hangzhou|hz|0904|杭州|",
    "hzd|杭州东|HGH|hangzhoudong|hzd|0904|杭州|",
    "hzx|杭州西|HVU|hangzhouxi|hzx|0904|杭州|",
    "nbo|宁波|NGH|ningbo|nb|0910|宁波|",
    "hfe|合肥|HFH|hefei|hf|0809|合肥|",
    "hfc|合肥北城|COH|hefeibeicheng|hfbc|0809|合肥|",
    "hfn|合肥南|ENH|hefeinan|hfn|0809|合肥|",
    "bbn|蚌埠南|BMH|bengbunan|bbn|0807|蚌埠|",
    "fzh|福州|FZS|fuzhou|fz|1004|福州|",
    "fzn|福州南|FYS|fuzhounan|fzn|1004|福州|",
    "xme|厦门|XMS|xiamen|xm|1010|厦门|",
    "xmb|厦门北|XKS|xiamenbei|xmb|1010|厦门|",
    "nch|南昌|NCG|nanchang|nc|1104|南昌|",
    "ncx|南昌西|NXG|nanchangxi|ncx|1104|南昌|",
    "zzh|郑州|ZZF|zhengzhou|zz|1222|郑州|",
    "zzd|郑州东|ZAF|zhengzhoudong|zzd|1222|郑州|",
    "wha|武汉|WHN|wuhan|wh|1314|武汉|",
    "hko|汉口|HKN|hankou|hk|1314|武汉|",
    "wch|武昌|WCN|wuchang|wc|1314|武汉|",
    "csh|长沙|CSQ|changsha|cs|1407|长沙|",
    "csn|长沙南|CWQ|changshanan|csn|1407|长沙|",
    "gzh|广州|GZQ|guangzhou|gz|1502|广州|",
    "gzn|广州南|IZQ|guangzhounan|gzn|1502|广州|",
    "gzd|广州东|GGQ|guangzhoudong|gzd|1502|广州|",
    "gzy|广州白云|GBA|guangzhoubaiyun|gzby|1502|广州|",
    "szh|深圳|SZQ|shenzhen|sz|1505|深圳|",
    "szb|深圳北|IOQ|shenzhenbei|szb|1505|深圳|",
    "fti|福田|NZQ|futian|ft|1505|深圳|",
    "nni|南宁|NNZ|nanning|nn|1607|南宁|",
    "nnd|南宁东|NFZ|nanningdong|nnd|1607|南宁|",
    "cdu|成都|CDW|chengdu|cd|1707|成都|",
    "cdd|成都东|ICW|chengdudong|cdd|1707|成都|",
    "cdn|成都南|CNW|chengdunan|cdn|1707|成都|",
    "gya|贵阳|GIW|guiyang|gy|1803|贵阳|",
    "gyb|贵阳北|KQW|guiyangbei|gyb|1803|贵阳|",
    "kmi|昆明|KMM|kunming|km|1902|昆明|",
    "kmn|昆明南|KOM|kunmingnan|kmn|1902|昆明|",
    "xan|西安|XAY|xian|xa|2003|西安|",
    "xab|西安北|EAY|xianbei|xab|2003|西安|",
    "lzh|兰州|LZJ|lanzhou|lz|2102|兰州|",
    "lzx|兰州西|LAJ|lanzhouxi|lzx|2102|兰州|",
    "xni|西宁|XNO|xining|xn|2201|西宁|",
    "wlq|乌鲁木齐|WAR|wulumuqi|wlmq|2403|乌鲁木齐|",
    "xgl|香港西九龙|XJA|hkwestkowloon|xgxjl|3201|香港|xianggangxijiulong#hongkong",
    "hkd|海口东|HMQ|haikoudong|hkd|2501|海口|",
];

#[derive(Clone, Debug)]
pub(crate) struct Station {
    pub(crate) name: String,
    pub(crate) telecode: String,
    pub(crate) city_code: String,
}

/// The stations of the world, with the script that lists them.
pub(crate) struct Stations {
    pub(crate) list: Vec<Station>,
    pub(crate) script: String,
}

impl Stations {
    /// The recorded script `station_name.js` of `folder`, or the built-in list.
    pub(crate) fn new(folder: Option<&Path>) -> Self {
        let recorded =
            folder.and_then(|folder| std::fs::read_to_string(folder.join("station_name.js")).ok());
        let script = recorded.unwrap_or_else(built_in_script);
        Self {
            list: parse(&script),
            script,
        }
    }

    pub(crate) fn by_telecode(&self, telecode: &str) -> Option<&Station> {
        self.list
            .iter()
            .find(|station| station.telecode == telecode)
    }

    /// Name of a station; empty when there is none.
    pub(crate) fn name(&self, telecode: &str) -> String {
        self.by_telecode(telecode)
            .map(|station| station.name.clone())
            .unwrap_or_default()
    }

    pub(crate) fn same_city(&self, telecode: &str, other: &str) -> bool {
        let city = |telecode| self.by_telecode(telecode).map(|station| &station.city_code);
        telecode == other || city(telecode).is_some_and(|known| Some(known) == city(other))
    }
}

fn built_in_script() -> String {
    let mut script = String::from("var station_names ='");
    for (number, line) in BUILT_IN.iter().enumerate() {
        let field: Vec<&str> = line.split('|').collect();
        let (head, tail) = field.split_at(5);
        script += &format!(
            "@{}|{number}|{}|{}|||{}",
            head.join("|"),
            tail[0],
            tail[1],
            tail[2]
        );
    }
    script + "';"
}

fn parse(script: &str) -> Vec<Station> {
    let records = script.split('\'').nth(1).unwrap_or_default().split('@');
    records
        .filter_map(|record| {
            let field: Vec<&str> = record.split('|').collect();
            Some(Station {
                name: (*field.get(1)?).into(),
                telecode: (*field.get(2)?).into(),
                city_code: (*field.get(6)?).into(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_line_is_a_station_of_its_own() {
        let stations = Stations::new(None);
        assert_eq!(stations.list.len(), BUILT_IN.len());
        for station in &stations.list {
            assert_eq!(station.telecode.len(), 3);
            assert_eq!(
                stations
                    .by_telecode(&station.telecode)
                    .map(|found| &found.name),
                Some(&station.name)
            );
        }
        assert!(
            stations
                .script
                .starts_with("var station_names ='@bjb|北京北|VAP|beijingbei|bjb|0|0357|北京|||@")
        );
    }

    #[test]
    fn cities() {
        let stations = Stations::new(None);
        assert!(stations.same_city("VNP", "BXP"));
        assert!(!stations.same_city("VNP", "AOH"));
        assert!(!stations.same_city("VNP", "???"));
    }
}
