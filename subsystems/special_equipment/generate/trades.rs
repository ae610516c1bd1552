//! Who uses which devices: trades of user firms and how many of each kind they hold.

use crate::generate::Chance;
use crate::registry::generate::Trade;

/// Kinds of device as they are counted; cylinders are registered as one lot for each user
/// (TSG 08-2017) and are outside the published total, as pipes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Boiler,
    Vessel,
    Lift,
    Crane,
    Vehicle,
    Ride,
    Ropeway,
    Pipe,
    Cylinder,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Boiler,
        Kind::Vessel,
        Kind::Lift,
        Kind::Crane,
        Kind::Vehicle,
        Kind::Ride,
        Kind::Ropeway,
        Kind::Pipe,
        Kind::Cylinder,
    ];

    /// Entry of 设备种类.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Boiler => "boiler",
            Kind::Vessel | Kind::Cylinder => "vessel",
            Kind::Lift => "lift",
            Kind::Crane => "crane",
            Kind::Vehicle => "vehicle",
            Kind::Ride => "ride",
            Kind::Ropeway => "ropeway",
            Kind::Pipe => "pipe",
        }
    }
}

/// A trade with the kinds it holds, and how many of each at least and at most.
pub struct UserTrade {
    pub trade: Trade,
    pub holds: &'static [(Kind, i64, i64)],
    /// Entry of 使用场所类别.
    pub place: &'static str,
    /// Where within its grounds a device may stand.
    pub spots: &'static [&'static str],
}

/// A trade that holds devices of the kind.
pub fn of(kind: Kind, chance: &mut Chance) -> &'static UserTrade {
    let fitting: Vec<&UserTrade> = TRADES
        .iter()
        .filter(|t| t.holds.iter().any(|(k, ..)| *k == kind))
        .collect();
    // The first kind a trade names is its main one.
    let weights: Vec<u64> = fitting
        .iter()
        .map(|t| if t.holds[0].0 == kind { 6 } else { 1 })
        .collect();
    fitting[chance.weighted(&weights)]
}

const ROLE: &str = "equipment_user";

static TRADES: [UserTrade; 13] = [
    UserTrade {
        trade: Trade {
            endings: &[
                "物业服务有限公司",
                "物业管理有限公司",
                "城市运营服务有限公司",
            ],
            industry: "70",
            role: ROLE,
            scope: "物业管理；停车场服务；房屋租赁",
        },
        holds: &[(Kind::Lift, 6, 40)],
        place: "residence",
        spots: &[
            "1幢", "2幢", "3幢", "5幢", "6幢", "7幢", "8幢", "9幢", "10幢", "12幢", "15幢",
        ],
    },
    UserTrade {
        trade: Trade {
            endings: &["商业管理有限公司", "购物中心有限公司", "百货有限公司"],
            industry: "52",
            role: ROLE,
            scope: "百货零售；商业综合体管理；柜台租赁",
        },
        holds: &[(Kind::Lift, 6, 28), (Kind::Boiler, 0, 1)],
        place: "mall",
        spots: &["东区", "西区", "南区", "北区", "中庭", "地下车库"],
    },
    UserTrade {
        trade: Trade {
            endings: &["大酒店有限公司", "宾馆有限公司", "酒店管理有限公司"],
            industry: "61",
            role: ROLE,
            scope: "住宿；餐饮服务；会议服务",
        },
        holds: &[(Kind::Lift, 2, 6), (Kind::Boiler, 0, 2)],
        place: "hotel",
        spots: &["主楼", "副楼", "锅炉房", "裙楼"],
    },
    UserTrade {
        trade: Trade {
            endings: &["康复医院有限公司", "综合医院有限公司", "妇幼医院有限公司"],
            industry: "84",
            role: ROLE,
            scope: "医疗服务",
        },
        holds: &[
            (Kind::Lift, 3, 16),
            (Kind::Vessel, 1, 4),
            (Kind::Boiler, 0, 2),
        ],
        place: "hospital",
        spots: &["门诊楼", "住院楼", "医技楼", "消毒供应中心"],
    },
    UserTrade {
        trade: Trade {
            endings: &["职业培训学校有限公司", "外国语学校有限公司"],
            industry: "83",
            role: ROLE,
            scope: "教育培训",
        },
        holds: &[(Kind::Lift, 1, 6), (Kind::Boiler, 0, 1)],
        place: "school",
        spots: &["教学楼", "实验楼", "食堂", "宿舍楼"],
    },
    UserTrade {
        trade: Trade {
            endings: &[
                "机械有限公司",
                "汽车零部件有限公司",
                "金属制品有限公司",
                "装备制造有限公司",
                "钢构有限公司",
            ],
            industry: "34",
            role: ROLE,
            scope: "通用设备、金属制品制造、销售",
        },
        holds: &[
            (Kind::Crane, 2, 16),
            (Kind::Vehicle, 1, 8),
            (Kind::Vessel, 1, 10),
            (Kind::Lift, 0, 3),
            (Kind::Boiler, 0, 1),
        ],
        place: "factory",
        spots: &[
            "一车间",
            "二车间",
            "三车间",
            "装配车间",
            "机加工车间",
            "空压站",
            "原料库",
        ],
    },
    UserTrade {
        trade: Trade {
            endings: &[
                "食品有限公司",
                "纺织有限公司",
                "印染有限公司",
                "纸业有限公司",
            ],
            industry: "17",
            role: ROLE,
            scope: "生产、加工、销售本企业产品",
        },
        holds: &[
            (Kind::Boiler, 1, 3),
            (Kind::Vessel, 4, 24),
            (Kind::Vehicle, 1, 5),
            (Kind::Lift, 1, 4),
            (Kind::Pipe, 0, 1),
        ],
        place: "factory",
        spots: &[
            "锅炉房",
            "染色车间",
            "杀菌车间",
            "空压站",
            "成品库",
            "制冷站",
        ],
    },
    UserTrade {
        trade: Trade {
            endings: &[
                "化工有限公司",
                "新材料有限公司",
                "药业有限公司",
                "化学有限公司",
            ],
            industry: "26",
            role: ROLE,
            scope: "化学原料和化学制品制造",
        },
        holds: &[
            (Kind::Vessel, 20, 100),
            (Kind::Pipe, 1, 5),
            (Kind::Boiler, 1, 3),
            (Kind::Crane, 1, 4),
            (Kind::Vehicle, 1, 6),
        ],
        place: "factory",
        spots: &[
            "合成车间",
            "罐区",
            "反应车间",
            "精馏装置",
            "动力车间",
            "公用工程",
        ],
    },
    UserTrade {
        trade: Trade {
            endings: &["燃气有限公司", "气体有限公司", "能源有限公司"],
            industry: "45",
            role: "filling",
            scope: "瓶装气体充装、经营",
        },
        holds: &[
            (Kind::Cylinder, 1, 2),
            (Kind::Vessel, 4, 14),
            (Kind::Vehicle, 0, 2),
        ],
        place: "factory",
        spots: &["储罐区", "充装间", "气瓶库"],
    },
    UserTrade {
        trade: Trade {
            endings: &["物流有限公司", "仓储有限公司", "供应链管理有限公司"],
            industry: "59",
            role: ROLE,
            scope: "普通货物仓储；装卸搬运",
        },
        holds: &[(Kind::Vehicle, 6, 26), (Kind::Lift, 0, 2)],
        place: "warehouse",
        spots: &["1号库", "2号库", "3号库", "分拣中心", "装卸区"],
    },
    UserTrade {
        trade: Trade {
            endings: &["建设集团有限公司", "建筑工程有限公司", "市政工程有限公司"],
            industry: "47",
            role: ROLE,
            scope: "房屋建筑和市政工程施工",
        },
        holds: &[(Kind::Crane, 4, 18)],
        place: "other",
        spots: &["一标段工地", "二标段工地", "构件场", "材料堆场"],
    },
    UserTrade {
        trade: Trade {
            endings: &["文化旅游发展有限公司", "游乐园有限公司", "景区管理有限公司"],
            industry: "90",
            role: ROLE,
            scope: "游览景区管理；游乐园服务",
        },
        holds: &[
            (Kind::Ride, 2, 10),
            (Kind::Vehicle, 1, 6),
            (Kind::Ropeway, 0, 2),
        ],
        place: "scenic",
        spots: &["北门广场", "儿童乐园", "山门站", "水上世界", "游客中心"],
    },
    UserTrade {
        trade: Trade {
            endings: &["热力有限公司", "热电有限公司", "供热有限公司"],
            industry: "44",
            role: ROLE,
            scope: "热力生产和供应",
        },
        holds: &[
            (Kind::Pipe, 1, 8),
            (Kind::Boiler, 2, 6),
            (Kind::Vessel, 2, 6),
            (Kind::Crane, 0, 2),
        ],
        place: "factory",
        spots: &["锅炉房", "换热首站", "汽机间", "输煤栈桥"],
    },
];
