//! Sample makers, installers, maintainers and fillers with their licences (TSG 07-2019).

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::Refusal;

use super::Equipment;
use super::trades::Kind;
use crate::generate::{
    Chance, Made, Maker, New, Plan, Turn, What, date, int, link, person_name, reads, set, text,
};
use crate::registry::generate::{Firm, Registry, Trade};

/// The seed text counts 3,100 producers for 245,000 devices.
const DEVICES_PER_PRODUCER: usize = 79;
/// Last number of a series within an authority, a nature and a class.
const FIRM_NUMBER_MAX: usize = 999;

/// A firm with a licence, as devices name it.
pub struct Producer<'a> {
    pub firm: Firm<'a>,
    pub licence: String,
    pub line: &'static Line,
    /// Devices made so far; a maker's serial.
    pub serial: u32,
}

/// A line of business.
pub struct Line {
    pub trade: Trade,
    pub nature: &'static str,
    pub kind: &'static str,
    /// Class letter of the licence number.
    pub class: char,
    pub item: &'static str,
    /// How many there are among a thousand producers.
    pub of_thousand: u64,
}

impl<'a> Equipment<'a> {
    /// At least one producer of each line, and as many as the devices call for.
    pub fn producers(
        &mut self,
        plan: &Plan,
        registry: &mut Registry<'a>,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let count = (plan.devices / DEVICES_PER_PRODUCER).max(LINES.len());
        let weights: Vec<u64> = LINES.iter().map(|line| line.of_thousand).collect();
        let mut given = [0; LINES.len()];
        for nth in 0..count {
            let at = if nth < LINES.len() {
                nth
            } else {
                chance.weighted(&weights)
            };
            given[at] += 1;
            let firm = registry.firm(&LINES[at].trade, None, chance, maker)?;
            let producer = self.producer(firm, &LINES[at], given[at], chance, maker)?;
            self.producers.push(producer);
        }
        Ok(())
    }

    /// A producer that makes, works on or fills devices of the kind.
    pub(super) fn producer_of(
        &self,
        nature: &str,
        kind: Kind,
        chance: &mut Chance,
    ) -> Option<usize> {
        let fits = |line: &Line| line.nature == nature && line.kind == kind.word();
        let fitting: Vec<usize> = (0..self.producers.len())
            .filter(|at| fits(self.producers[*at].line))
            // So many are enough to choose from; a longer list only costs time.
            .take(64)
            .collect();
        (!fitting.is_empty()).then(|| *chance.pick(&fitting))
    }

    fn producer(
        &mut self,
        firm: Firm<'a>,
        line: &'static Line,
        nth: usize,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<Producer<'a>, Refusal> {
        let at = self
            .calendar
            .at(firm.entered.saturating_add(3.days()), chance);
        let values = vec![
            ("entity", link(&firm.record)),
            ("natures", set([line.nature])),
            ("kinds", set([line.kind])),
            ("tech_head", text(person_name(chance))),
            ("quality_head", text(person_name(chance))),
            ("staff", int(chance.between(15, 600))),
            ("technicians", int(chance.between(4, 60))),
            ("products", text(line.item)),
        ];
        let register = "special_equipment.production_unit";
        let entity = reads(&[("ref entity", &firm.record)]);
        let unit = maker.make(New {
            register,
            state: None,
            at,
            values,
            reads: entity,
        })?;
        let (licence, record) = self.licence(&firm, line, &unit, nth, chance, maker)?;
        let what = What::Follow(&record);
        let entity = reads(&[("ref entity", &firm.record)]);
        let turn = Turn {
            record: &unit,
            at,
            what,
            values: Vec::new(),
            reads: entity,
        };
        maker.turn(turn)?;
        Ok(Producer {
            firm,
            licence,
            line,
            serial: 0,
        })
    }

    fn licence(
        &self,
        firm: &Firm<'_>,
        line: &Line,
        unit: &Made,
        nth: usize,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(String, [Made; 1]), Refusal> {
        // Two in a hundred are past their end; the others end within the next four years.
        let ends = match chance.percent(2) {
            true => chance.day(self.calendar.first, self.calendar.today),
            false => chance.day(
                self.calendar.today,
                self.calendar.today.saturating_add(4.years()),
            ),
        };
        let nature = match line.nature {
            "make" => '2',
            "work" => '3',
            _ => '4',
        };
        // Two authorities share the numbers: the nation and the province.
        let region = if nth.is_multiple_of(2) {
            "10"
        } else {
            firm.place.county.province()
        };
        let number = (nth / 2) % FIRM_NUMBER_MAX + 1;
        let year = ends.year().into();
        let code =
            codes::make_ts(nature, line.class, region, number as u16, year).unwrap_or_default();
        let issued: Date = ends.saturating_sub(4.years()).saturating_add(1.day());
        let issuer = match region {
            "10" => "国家市场监督管理总局".to_owned(),
            _ => "省市场监督管理局".to_owned(),
        };
        let values = vec![
            ("code", text(&code)),
            ("unit", link(unit)),
            ("issuer", text(issuer)),
            ("issued_on", date(issued)),
            ("valid_until", date(ends)),
            (
                "renewal",
                text(if chance.percent(30) {
                    "declare"
                } else {
                    "review"
                }),
            ),
        ];
        let at = self
            .calendar
            .at(firm.entered.saturating_add(4.days()), chance);
        let reads = reads(&[("ref unit", unit)]);
        let register = "special_equipment.licence";
        let record = maker.make(New {
            register,
            state: None,
            at,
            values,
            reads,
        })?;
        Ok((code, [record]))
    }
}

const fn maker_of(endings: &'static [&'static str], scope: &'static str) -> Trade {
    Trade {
        endings,
        industry: "34",
        role: "equipment_maker",
        scope,
    }
}

pub(super) static LINES: [Line; 14] = [
    Line {
        trade: maker_of(&["锅炉有限公司", "热能设备有限公司"], "锅炉制造、销售"),
        nature: "make",
        kind: "boiler",
        class: '1',
        item: "锅炉制造（A、B 级）",
        of_thousand: 15,
    },
    Line {
        trade: maker_of(
            &["压力容器有限公司", "化工装备有限公司", "储运装备有限公司"],
            "压力容器制造、销售",
        ),
        nature: "make",
        kind: "vessel",
        class: '2',
        item: "固定式压力容器制造（D 级）",
        of_thousand: 95,
    },
    Line {
        trade: maker_of(
            &["电梯有限公司", "电梯制造有限公司"],
            "电梯制造、安装、改造、修理",
        ),
        nature: "make",
        kind: "lift",
        class: '3',
        item: "曳引驱动乘客电梯制造（A2、B）",
        of_thousand: 25,
    },
    Line {
        trade: maker_of(
            &["起重机有限公司", "起重设备有限公司"],
            "起重机械制造、销售",
        ),
        nature: "make",
        kind: "crane",
        class: '4',
        item: "桥式、门式起重机制造（B 级）",
        of_thousand: 45,
    },
    Line {
        trade: maker_of(
            &["叉车有限公司", "工业车辆有限公司"],
            "场（厂）内专用机动车辆制造",
        ),
        nature: "make",
        kind: "vehicle",
        class: '5',
        item: "机动工业车辆制造（叉车）",
        of_thousand: 12,
    },
    Line {
        trade: maker_of(
            &["游乐设备有限公司", "游艺设施有限公司"],
            "游乐设施制造、安装",
        ),
        nature: "make",
        kind: "ride",
        class: '6',
        item: "大型游乐设施制造（B、C 级）",
        of_thousand: 4,
    },
    Line {
        trade: maker_of(&["索道工程有限公司"], "客运索道制造、安装"),
        nature: "make",
        kind: "ropeway",
        class: '9',
        item: "客运架空索道制造",
        of_thousand: 1,
    },
    Line {
        trade: maker_of(&["管道工程有限公司", "设备安装有限公司"], "压力管道安装"),
        nature: "work",
        kind: "pipe",
        class: '8',
        item: "公用管道、工业管道安装（GB2、GC2）",
        of_thousand: 90,
    },
    Line {
        trade: Trade {
            endings: &["电梯维保有限公司", "电梯工程有限公司", "电梯服务有限公司"],
            industry: "43",
            role: "equipment_upkeep",
            scope: "电梯安装、改造、修理、维护保养",
        },
        nature: "work",
        kind: "lift",
        class: '3',
        item: "曳引驱动电梯安装（含修理）",
        of_thousand: 260,
    },
    Line {
        trade: maker_of(
            &["起重设备安装有限公司", "机电安装有限公司"],
            "起重机械安装、修理",
        ),
        nature: "work",
        kind: "crane",
        class: '4',
        item: "起重机械安装（含修理）（B 级）",
        of_thousand: 60,
    },
    Line {
        trade: maker_of(
            &["锅炉安装有限公司", "工业设备安装有限公司"],
            "锅炉、压力容器安装",
        ),
        nature: "work",
        kind: "boiler",
        class: '1',
        item: "锅炉安装（含修理、改造）（B 级）",
        of_thousand: 30,
    },
    Line {
        trade: maker_of(&["场车服务有限公司"], "场（厂）内专用机动车辆修理"),
        nature: "work",
        kind: "vehicle",
        class: '5',
        item: "场（厂）内专用机动车辆修理",
        of_thousand: 8,
    },
    Line {
        trade: Trade {
            endings: &["液化气有限公司", "气体有限公司", "燃气有限公司"],
            industry: "45",
            role: "filling",
            scope: "气瓶充装",
        },
        nature: "fill_bottle",
        kind: "vessel",
        class: '2',
        item: "液化石油气瓶、永久气体气瓶充装",
        of_thousand: 350,
    },
    Line {
        trade: maker_of(&["游乐设施安装有限公司"], "游乐设施安装、修理"),
        nature: "work",
        kind: "ride",
        class: '6',
        item: "大型游乐设施安装（含修理）",
        of_thousand: 5,
    },
];
