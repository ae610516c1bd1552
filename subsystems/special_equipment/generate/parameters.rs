//! Sample varieties of each kind (特种设备目录) and their technical parameters, within the scope
//! that the catalogue gives.

use super::trades::Kind;
use crate::generate::{Chance, Values, dec, int, text, yes};

/// A variety with names as they stand on plates.
pub struct Variety {
    /// Code of the 品种.
    pub basic: &'static str,
    pub name: &'static str,
    pub models: &'static [&'static str],
    weight: u64,
}

const fn variety_of(
    basic: &'static str,
    name: &'static str,
    models: &'static [&'static str],
    weight: u64,
) -> Variety {
    Variety {
        basic,
        name,
        models,
        weight,
    }
}

static BOILERS: [Variety; 4] = [
    variety_of(
        "1100",
        "蒸汽锅炉",
        &[
            "WNS4-1.25-Y.Q",
            "WNS10-1.25-Q",
            "SZS20-1.6-Q",
            "DZL6-1.25-T",
        ],
        55,
    ),
    variety_of(
        "1200",
        "热水锅炉",
        &["WNS2.8-1.0/95/70-Q", "CWNS1.4-95/70-Q"],
        28,
    ),
    variety_of("1320", "有机热载体炉", &["YYQW-2400Y.Q", "YLW-4700MA"], 15),
    variety_of("1310", "有机热载体气相炉", &["YYQ-1200Q"], 2),
];
static VESSELS: [Variety; 5] = [
    variety_of(
        "2170",
        "储气罐",
        &["C-1.0/0.8", "C-2.0/1.0", "C-0.6/0.84"],
        52,
    ),
    variety_of(
        "2150",
        "反应釜",
        &["K-5000L", "K-3000L", "BEM600-1.0-60"],
        36,
    ),
    variety_of("2130", "液氨储罐", &["WG-20/2.16", "WG-50/1.6"], 8),
    variety_of("2220", "汽车罐车", &["HGJ9401GYY"], 2),
    variety_of("2110", "超高压容器", &["GY-100/600"], 1),
];
static CHAMBERS: [Variety; 2] = [
    variety_of("2170", "蒸汽灭菌器", &["MAST-V", "XG1.D"], 80),
    variety_of("2410", "医用空气加压氧舱", &["YC3200-16"], 20),
];
static CYLINDERS: [Variety; 3] = [
    variety_of("2320", "液化石油气钢瓶", &["YSP35.5", "YSP118"], 60),
    variety_of("2310", "氧气瓶", &["WMA219-40-15"], 32),
    variety_of("23T0", "焊接绝热气瓶", &["DPL450-195-1.4"], 8),
];
static LIFTS: [Variety; 6] = [
    variety_of(
        "3110",
        "曳引驱动乘客电梯",
        &["TKJ1000/1.75-JXW", "GeN2-MR", "LEHY-Ⅲ", "HGP-1050"],
        74,
    ),
    variety_of(
        "3120",
        "曳引驱动载货电梯",
        &["THJ2000/0.5-JXW", "THJ3000/0.5"],
        14,
    ),
    variety_of("3420", "消防员电梯", &["TXJ1000/1.75"], 5),
    variety_of("3430", "杂物电梯", &["TWJ200/0.4"], 4),
    variety_of("3220", "液压载货电梯", &["YHJ3000/0.3"], 2),
    variety_of("3210", "液压乘客电梯", &["YKJ1000/0.63"], 1),
];
static MALL_LIFTS: [Variety; 3] = [
    variety_of("3310", "自动扶梯", &["FT1000-35", "9300AE-10"], 60),
    variety_of(
        "3110",
        "曳引驱动乘客电梯",
        &["TKJ1350/1.75-JXW", "HGP-1600"],
        32,
    ),
    variety_of("3320", "自动人行道", &["RX1000-12"], 8),
];
static CRANES: [Variety; 7] = [
    variety_of(
        "4170",
        "电动单梁起重机",
        &["LD5-16.5A3", "LD10-22.5A3", "LD3-13.5A3"],
        44,
    ),
    variety_of(
        "4110",
        "通用桥式起重机",
        &["QD20/5-22.5A5", "QD32/5-25.5A5"],
        22,
    ),
    variety_of("4190", "电动葫芦桥式起重机", &["LH10-19.5A3"], 10),
    variety_of("4270", "电动葫芦门式起重机", &["MH10-20A3"], 9),
    variety_of("4210", "通用门式起重机", &["MG20-26A5"], 8),
    variety_of("4870", "简易升降机", &["SJ1.0-6"], 4),
    variety_of("4D00", "机械式停车设备", &["PSH2D"], 3),
];
static SITE_CRANES: [Variety; 3] = [
    variety_of(
        "4310",
        "普通塔式起重机",
        &["QTZ80(TC6013)", "QTZ63(TC5610)"],
        50,
    ),
    variety_of("4860", "施工升降机", &["SC200/200"], 42),
    variety_of("4410", "轮胎起重机", &["QLY25"], 8),
];
static VEHICLES: [Variety; 1] = [variety_of(
    "5110",
    "叉车",
    &["CPC30", "CPD20", "CPCD35", "CQD16"],
    1,
)];
static SCENIC_VEHICLES: [Variety; 1] = [variety_of("5200", "观光车", &["WLQ5110", "LT-S14"], 1)];
static RIDES: [Variety; 6] = [
    variety_of("6100", "摩天轮", &["GLC-42"], 8),
    variety_of("6200", "过山车", &["HXC-30"], 10),
    variety_of("6500", "跳楼机", &["FXT-28"], 10),
    variety_of("6600", "旋转木马", &["ZM-36"], 30),
    variety_of("6700", "自控飞机", &["ZKFJ-8"], 28),
    variety_of("6A00", "碰碰车", &["PPC-20"], 14),
];
static ROPEWAYS: [Variety; 2] = [
    variety_of("9120", "循环式客运架空索道", &["DJ-8"], 70),
    variety_of("9110", "往复式客运架空索道", &["WF-60"], 30),
];
static PIPES: [Variety; 4] = [
    variety_of("8310", "工艺管道", &["GC2"], 55),
    variety_of("8320", "动力管道", &["GC2-D"], 20),
    variety_of("8220", "热力管道", &["GB2"], 15),
    variety_of("8210", "燃气管道", &["GB1"], 10),
];

/// A variety of the kind that fits the place.
pub fn variety(kind: Kind, place: &str, chance: &mut Chance) -> &'static Variety {
    let among: &'static [Variety] = match (kind, place) {
        (Kind::Boiler, _) => &BOILERS,
        (Kind::Vessel, "hospital") => &CHAMBERS,
        (Kind::Vessel, _) => &VESSELS,
        (Kind::Lift, "mall") => &MALL_LIFTS,
        (Kind::Lift, _) => &LIFTS,
        (Kind::Crane, "other") => &SITE_CRANES,
        (Kind::Crane, _) => &CRANES,
        (Kind::Vehicle, "scenic") => &SCENIC_VEHICLES,
        (Kind::Vehicle, _) => &VEHICLES,
        (Kind::Ride, _) => &RIDES,
        (Kind::Ropeway, _) => &ROPEWAYS,
        (Kind::Pipe, _) => &PIPES,
        (Kind::Cylinder, _) => &CYLINDERS,
    };
    let weights: Vec<u64> = among.iter().map(|variety| variety.weight).collect();
    &among[chance.weighted(&weights)]
}

/// Months from one inspection to the next, as the rules of each kind have it
/// (`special-equipment` §6 of the field's sheets; vessels and pipes by their grade).
pub fn cycle_months(kind: Kind, variety: &Variety, chance: &mut Chance) -> i64 {
    match (kind, variety.basic) {
        (Kind::Crane, "4310" | "4860" | "4410") => 12,
        (Kind::Boiler | Kind::Crane | Kind::Vehicle, _) => 24,
        (Kind::Lift | Kind::Ride, _) => 12,
        (Kind::Ropeway | Kind::Cylinder, _) => 36,
        (Kind::Vessel, "2410") => 36,
        (Kind::Vessel | Kind::Pipe, _) => *chance.pick(&[36, 36, 72]),
    }
}

/// The grade that belongs to the cycle of a vessel or pipe inspected before the system began.
pub fn prior_grade(kind: Kind, variety: &Variety, chance: &mut Chance) -> Values {
    match (kind, variety.basic) {
        (Kind::Vessel, "2410") => Values::new(),
        (Kind::Vessel | Kind::Pipe, _) => {
            vec![("prior_grade", text(*chance.pick(&["1", "2", "3"])))]
        }
        _ => Values::new(),
    }
}

/// Parameters of a device. `plates` counts what must not come twice.
pub fn of(kind: Kind, variety: &Variety, plates: &mut usize, chance: &mut Chance) -> Values {
    match kind {
        Kind::Boiler => boiler(variety, chance),
        Kind::Vessel if variety.basic == "2220" => tanker(plates, chance),
        Kind::Vessel => vessel(variety, chance),
        Kind::Cylinder => cylinders(chance),
        Kind::Lift if ["3310", "3320"].contains(&variety.basic) => escalator(chance),
        Kind::Lift => lift(chance),
        Kind::Crane => crane(variety, chance),
        Kind::Vehicle => vehicle(variety, plates, chance),
        Kind::Ride => ride(chance),
        Kind::Ropeway => ropeway(chance),
        Kind::Pipe => pipe(variety, plates, chance),
    }
}

fn boiler(variety: &Variety, chance: &mut Chance) -> Values {
    let fuel = *chance.pick(&["gas", "gas", "gas", "biomass", "oil", "coal"]);
    let mut values = vec![
        (
            "work_pressure",
            dec(*chance.pick(&[700, 1_000, 1_250, 1_600]), 3),
        ),
        ("fuel", text(fuel)),
        (
            "firing",
            text(if ["gas", "oil"].contains(&fuel) {
                "chamber"
            } else {
                "grate"
            }),
        ),
        ("boiler_level", text(*chance.pick(&["b", "b", "c"]))),
        ("water_treatment", text("outside")),
        ("efficiency", dec(chance.between(8_600, 9_600), 2)),
        (
            "boiler_use",
            text(*chance.pick(&["industry", "industry", "living"])),
        ),
    ];
    if variety.basic == "1100" {
        values.push((
            "evaporation",
            dec(*chance.pick(&[2_000, 4_000, 6_000, 10_000, 20_000]), 3),
        ));
        values.push(("water_volume_l", dec(chance.between(20_000, 200_000), 1)));
        values.push(("outlet_temp", int(194)));
    } else {
        values.push((
            "heat_mw",
            dec(*chance.pick(&[700, 1_400, 2_800, 4_200, 7_000]), 3),
        ));
        values.push((
            "outlet_temp",
            int(if variety.basic == "1200" { 95 } else { 300 }),
        ));
    }
    values
}

fn vessel(variety: &Variety, chance: &mut Chance) -> Values {
    let pressure = match variety.basic {
        "2110" => chance.between(110_000, 300_000),
        "2130" => chance.between(1_600, 4_000),
        _ => chance.between(400, 1_500),
    };
    vec![
        ("work_pressure", dec(pressure, 3)),
        ("design_pressure", dec(pressure * 11 / 10, 3)),
        ("work_temp", int(chance.between(20, 180))),
        ("design_temp", int(chance.between(190, 220))),
        (
            "medium",
            text(*chance.pick(&["压缩空气", "蒸汽", "氮气", "液氨", "物料、水"])),
        ),
        (
            "medium_group",
            text(if variety.basic == "2130" {
                "one"
            } else {
                "two"
            }),
        ),
        (
            "material",
            text(*chance.pick(&["Q345R", "Q245R", "S30408"])),
        ),
        ("wall_mm", dec(chance.between(50, 260), 1)),
        ("volume_m3", dec(chance.between(300, 50_000), 3)),
        ("inner_mm", int(chance.between(5, 30) * 100)),
        ("corrosion_mm", dec(*chance.pick(&[10, 15, 20]), 1)),
    ]
}

fn tanker(plates: &mut usize, chance: &mut Chance) -> Values {
    *plates += 1;
    vec![
        ("work_pressure", dec(1_610, 3)),
        ("design_pressure", dec(1_770, 3)),
        ("medium", text("液化石油气")),
        ("medium_group", text("one")),
        ("volume_m3", dec(chance.between(24_000, 56_000), 3)),
        ("inner_mm", int(2_300)),
        ("fill_kg", int(chance.between(10_000, 24_000))),
        ("tank_no", text(format!("G{:06}", *plates))),
    ]
}

fn cylinders(chance: &mut Chance) -> Values {
    vec![
        ("work_pressure", dec(*chance.pick(&[2_100, 15_000]), 3)),
        (
            "medium",
            text(*chance.pick(&["液化石油气", "氧气", "氮气"])),
        ),
        ("bottle_l", dec(*chance.pick(&[355, 400, 1_180]), 1)),
        ("bottle_count", int(chance.between(50, 6_000))),
        ("bottle_tag", yes(chance.percent(80))),
    ]
}

fn lift(chance: &mut Chance) -> Values {
    let floors = chance.between(2, 33);
    vec![
        (
            "load_kg",
            int(*chance.pick(&[630, 800, 1_000, 1_050, 1_350, 2_000])),
        ),
        (
            "speed",
            dec(*chance.pick(&[500, 1_000, 1_500, 1_750, 2_500]), 3),
        ),
        ("floors", int(floors)),
        ("stops", int(floors)),
        ("doors", int(floors)),
        ("rise_m", dec(floors * 300, 2)),
        (
            "control",
            text(*chance.pick(&["collective", "collective", "parallel", "group"])),
        ),
        (
            "drive",
            text(*chance.pick(&["traction_room", "traction_room", "traction_roomless"])),
        ),
    ]
}

fn escalator(chance: &mut Chance) -> Values {
    vec![
        ("speed", dec(500, 3)),
        ("rise_m", dec(chance.between(350, 700), 2)),
        ("step_mm", int(*chance.pick(&[800, 1_000]))),
        ("incline", dec(*chance.pick(&[300, 350]), 1)),
        ("persons_per_hour", int(*chance.pick(&[4_800, 6_000]))),
        ("drive", text("chain")),
    ]
}

fn crane(variety: &Variety, chance: &mut Chance) -> Values {
    let mut values = vec![
        (
            "capacity_t",
            dec(*chance.pick(&[3_000, 5_000, 10_000, 16_000, 20_000]), 3),
        ),
        ("lift_m", dec(chance.between(500, 3_000), 2)),
        ("duty", text(*chance.pick(&["a3", "a3", "a4", "a5"]))),
        ("sling", text("hook")),
        ("monitored", yes(chance.percent(20))),
    ];
    match variety.basic {
        "4310" | "4410" => values.push(("moment_tm", dec(*chance.pick(&[630, 800, 1_250]), 1))),
        "4D00" => values.extend([
            ("parking", int(chance.between(20, 200))),
            ("parking_levels", int(2)),
        ]),
        "4860" | "4870" => {}
        _ => values.push((
            "span_m",
            dec(*chance.pick(&[1_350, 1_650, 2_250, 2_850]), 2),
        )),
    }
    values
}

fn vehicle(variety: &Variety, plates: &mut usize, chance: &mut Chance) -> Values {
    *plates += 1;
    let mut values = vec![
        (
            "vehicle_power",
            text(*chance.pick(&["diesel", "battery", "battery"])),
        ),
        ("yard_plate", text(format!("厂内{:06}", *plates))),
        (
            "frame_no",
            text(format!("C{:08}", chance.below(100_000_000))),
        ),
    ];
    if variety.basic == "5110" {
        values.push(("fork_kg", int(*chance.pick(&[1_600, 2_000, 3_000, 3_500]))));
        values.push(("fork_mm", int(3_000)));
        values.push(("top_kmh", dec(*chance.pick(&[140, 180]), 1)));
    } else {
        values.push(("passengers", int(*chance.pick(&[8, 11, 14]))));
        values.push(("top_kmh", dec(200, 1)));
    }
    values
}

fn ride(chance: &mut Chance) -> Values {
    vec![
        ("ride_level", text(*chance.pick(&["a", "b", "c"]))),
        ("run_height", dec(chance.between(250, 4_000), 2)),
        ("line_speed", dec(chance.between(200, 2_000), 2)),
        ("riders", int(chance.between(12, 60))),
        ("cycle_s", int(chance.between(60, 300))),
    ]
}

fn ropeway(chance: &mut Chance) -> Values {
    vec![
        ("slope_m", dec(chance.between(40_000, 250_000), 2)),
        ("drop_m", dec(chance.between(10_000, 80_000), 2)),
        ("rope_speed", dec(chance.between(100, 600), 2)),
        ("rope_persons", int(chance.between(400, 2_400))),
        ("carriers", int(chance.between(20, 90))),
        ("per_carrier", int(*chance.pick(&[2, 6, 8]))),
    ]
}

fn pipe(variety: &Variety, plates: &mut usize, chance: &mut Chance) -> Values {
    *plates += 1;
    let level = match variety.basic {
        "8210" => "gb1",
        "8220" => "gb2",
        _ => *chance.pick(&["gc1", "gc2", "gc2"]),
    };
    vec![
        ("pipe_level", text(level)),
        ("pipe_no", text(format!("P{:05}", *plates))),
        ("length_m", dec(chance.between(5_000, 400_000), 2)),
        ("dn_mm", int(*chance.pick(&[80, 100, 150, 200, 300]))),
        (
            "laying",
            text(*chance.pick(&["overhead", "overhead", "buried", "trench"])),
        ),
        ("work_pressure", dec(chance.between(400, 3_800), 3)),
        ("design_pressure", dec(4_000, 3)),
        ("work_temp", int(chance.between(20, 200))),
        (
            "medium",
            text(*chance.pick(&["蒸汽", "天然气", "压缩空气", "热水", "氢气"])),
        ),
        ("material", text("20#")),
    ]
}
