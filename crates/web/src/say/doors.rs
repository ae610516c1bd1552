//! What the home pages of the doors say.

say! {
    Doors {}
    welcome: "您好，{n}" / "Welcome, {n}",
    acts: "常用办理" / "What to begin",
    nothing: "您的岗位还没有可以查看的登记簿，请联系系统管理员核对角色和单位" / "Your role has no register to see yet; please ask the system administrator",
    all_lists: "其余 {n} 个列表" / "{n} more lists",
    recent: "最近变更" / "Recently changed",
    admin_about: "要查阅的" / "To look over",
    admin_ledger: "查看原文、导出、设置口令都在账本里。在服务器上核对：" / "Values revealed, exports and passwords set are in it. On the server it is checked by:",
    desk_about: "监管情况" / "How things stand",
    station_now: "今天要办" / "For today",
    station_about: "片区情况" / "In our area",
    town_now: "今天要办" / "For today",
    town_about: "辖区一览" / "Our town",
    town_due: "辖区里将到期和已超期的" / "Due and overdue in our town",
    enterprise_now: "要我单位办理的" / "Asked of us",
    enterprise_about: "本单位的设备和证照" / "Our devices and certificates",
    enterprise_due: "将到期和已超期的" / "Due and overdue",
    leader_now: "今天要我决定的" / "For me to decide",
    leader_told: "抄送我知悉的" / "For my information",
    leader_about: "要关注的" / "To watch",
    leader_late: "超期未办，最久的在前" / "Beyond the limit, the oldest first",
    nothing_late: "没有超期未办的事项" / "Nothing is beyond its limit",
    nothing_due: "没有将到期和已超期的" / "Nothing is due or overdue",
    under_way: "我发起的，现在到哪里" / "Begun by me, and where it is",
    nothing_under_way: "没有在办的；办完的在“我发起的”里" / "Nothing is under way; what is over stands under “Begun by me”",
}
