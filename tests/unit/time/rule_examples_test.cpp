// The examples of RFC 5545 section 3.8.5.3, and of RFC 7529 for SKIP.
#include <gtest/gtest.h>

#include "tests/unit/time/walls.hpp"

namespace fasti {
namespace {

enum class Ends { no, yes };

struct Example {
  const char* name;
  const char* start;
  const char* rule;
  std::vector<std::string> days;  ///< at the start's time of day unless it says a time of its own
  Ends ends = Ends::no;
};

std::vector<std::string> every_day(const std::string& first, int number) {
  std::vector<std::string> days;
  for (int i = 0; i < number; ++i) days.push_back(text_of(count_of(first) + i * 86400).substr(0, 8));
  return days;
}

class RuleExamples : public testing::TestWithParam<Example> {};

TEST_P(RuleExamples, AreAsTheRfcLists) {
  const Example& example = GetParam();
  const RulePeriods periods = bind_rule(example.rule, example.start, SpanKind::zoned, "America/New_York");
  std::vector<std::string> expected = example.days;
  for (std::string& day : expected)
    if (day.size() == 8) day += std::string(example.start).substr(8);
  const std::size_t most = expected.size() + (example.ends == Ends::yes ? 1 : 0);
  EXPECT_EQ(first_of(periods, most), expected) << example.rule;
}

const Example kDaily[] = {
    {"TenDays", "19970902T090000", "FREQ=DAILY;COUNT=10", every_day("19970902", 10), Ends::yes},
    {"UntilChristmas", "19970902T090000", "FREQ=DAILY;UNTIL=19971224T000000Z", every_day("19970902", 113), Ends::yes},
    {"EveryOtherDay", "19970902T090000", "FREQ=DAILY;INTERVAL=2", {"19970902", "19970904", "19970906", "19970908"}},
    {"EveryTenDays",
     "19970902T090000",
     "FREQ=DAILY;INTERVAL=10;COUNT=5",
     {"19970902", "19970912", "19970922", "19971002", "19971012"},
     Ends::yes},
    {"EveryDayInJanuary", "19980101T090000", "FREQ=DAILY;UNTIL=19980131T140000Z;BYMONTH=1", every_day("19980101", 31),
     Ends::yes},
    {"EveryDayInJanuaryYearly", "19980101T090000",
     "FREQ=YEARLY;UNTIL=19980131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", every_day("19980101", 31), Ends::yes},
    {"EveryTwentyMinutesDaily",
     "19970902T090000",
     "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40",
     {"19970902T090000", "19970902T092000", "19970902T094000", "19970902T100000", "19970902T102000", "19970902T104000",
      "19970903T090000"}},
    {"EveryTwentyMinutesMinutely",
     "19970902T090000",
     "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10",
     {"19970902T090000", "19970902T092000", "19970902T094000", "19970902T100000", "19970902T102000", "19970902T104000",
      "19970903T090000"}},
    {"EveryThreeHours",
     "19970902T090000",
     "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z",
     {"19970902T090000", "19970902T120000", "19970902T150000"},
     Ends::yes},
    {"EveryHourAndAHalf",
     "19970902T090000",
     "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
     {"19970902T090000", "19970902T103000", "19970902T120000", "19970902T133000"},
     Ends::yes},
};

const Example kWeekly[] = {
    {"TenWeeks",
     "19970902T090000",
     "FREQ=WEEKLY;COUNT=10",
     {"19970902", "19970909", "19970916", "19970923", "19970930", "19971007", "19971014", "19971021", "19971028",
      "19971104"},
     Ends::yes},
    {"EveryOtherWeek",
     "19970902T090000",
     "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
     {"19970902", "19970916", "19970930", "19971014", "19971028", "19971111"}},
    {"TuesdayAndThursday",
     "19970902T090000",
     "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
     {"19970902", "19970904", "19970909", "19970911", "19970916", "19970918", "19970923", "19970925", "19970930",
      "19971002"},
     Ends::yes},
    {"EveryOtherWeekThreeDays",
     "19970901T090000",
     "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
     {"19970901", "19970903", "19970905", "19970915", "19970917", "19970919", "19970929", "19971001", "19971003",
      "19971013", "19971015", "19971017", "19971027", "19971029", "19971031", "19971110", "19971112", "19971114",
      "19971124", "19971126", "19971128", "19971208", "19971210", "19971212", "19971222"},
     Ends::yes},
    {"EveryOtherWeekTwoDays",
     "19970902T090000",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
     {"19970902", "19970904", "19970916", "19970918", "19970930", "19971002", "19971014", "19971016"},
     Ends::yes},
    {"WeekStartsOnMonday",
     "19970805T090000",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
     {"19970805", "19970810", "19970819", "19970824"},
     Ends::yes},
    {"WeekStartsOnSunday",
     "19970805T090000",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
     {"19970805", "19970817", "19970819", "19970831"},
     Ends::yes},
};

const Example kMonthly[] = {
    {"FirstFriday",
     "19970905T090000",
     "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
     {"19970905", "19971003", "19971107", "19971205", "19980102", "19980206", "19980306", "19980403", "19980501",
      "19980605"},
     Ends::yes},
    {"FirstFridayUntil",
     "19970905T090000",
     "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
     {"19970905", "19971003", "19971107", "19971205"},
     Ends::yes},
    {"FirstAndLastSunday",
     "19970907T090000",
     "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
     {"19970907", "19970928", "19971102", "19971130", "19980104", "19980125", "19980301", "19980329", "19980503",
      "19980531"},
     Ends::yes},
    {"SecondToLastMonday",
     "19970922T090000",
     "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
     {"19970922", "19971020", "19971117", "19971222", "19980119", "19980216"},
     Ends::yes},
    {"ThirdToLastDay",
     "19970928T090000",
     "FREQ=MONTHLY;BYMONTHDAY=-3",
     {"19970928", "19971029", "19971128", "19971229", "19980129", "19980226"}},
    {"SecondAndFifteenth",
     "19970902T090000",
     "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
     {"19970902", "19970915", "19971002", "19971015", "19971102", "19971115", "19971202", "19971215", "19980102",
      "19980115"},
     Ends::yes},
    {"FirstAndLastDay",
     "19970930T090000",
     "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
     {"19970930", "19971001", "19971031", "19971101", "19971130", "19971201", "19971231", "19980101", "19980131",
      "19980201"},
     Ends::yes},
    {"EveryEighteenMonths",
     "19970910T090000",
     "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
     {"19970910", "19970911", "19970912", "19970913", "19970914", "19970915", "19990310", "19990311", "19990312",
      "19990313"},
     Ends::yes},
    {"EveryTuesdayOfOtherMonths",
     "19970902T090000",
     "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
     {"19970902", "19970909", "19970916", "19970923", "19970930", "19971104", "19971111", "19971118", "19971125",
      "19980106"}},
    {"FridayThe13th",
     "19970902T090000",
     "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
     {"19980213", "19980313", "19981113", "19990813", "20001013"}},
    {"SaturdayAfterFirstSunday",
     "19970913T090000",
     "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
     {"19970913", "19971011", "19971108", "19971213", "19980110", "19980207", "19980307", "19980411", "19980509",
      "19980613"}},
    {"ThirdOfThreeWeekdays",
     "19970904T090000",
     "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
     {"19970904", "19971007", "19971106"},
     Ends::yes},
    {"SecondToLastWorkday",
     "19970929T090000",
     "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
     {"19970929", "19971030", "19971127", "19971230", "19980129", "19980226", "19980330"}},
    {"ThirtiethOfFebruaryIsIgnored",
     "20070115T090000",
     "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
     {"20070115", "20070130", "20070215", "20070315", "20070330"},
     Ends::yes},
};

const Example kYearly[] = {
    {"JuneAndJuly",
     "19970610T090000",
     "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
     {"19970610", "19970710", "19980610", "19980710", "19990610", "19990710", "20000610", "20000710", "20010610",
      "20010710"},
     Ends::yes},
    {"EveryOtherYearThreeMonths",
     "19970310T090000",
     "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
     {"19970310", "19990110", "19990210", "19990310", "20010110", "20010210", "20010310", "20030110", "20030210",
      "20030310"},
     Ends::yes},
    {"ThreeDaysEveryThirdYear",
     "19970101T090000",
     "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
     {"19970101", "19970410", "19970719", "20000101", "20000409", "20000718", "20030101", "20030410", "20030719",
      "20060101"},
     Ends::yes},
    {"TwentiethMonday", "19970519T090000", "FREQ=YEARLY;BYDAY=20MO", {"19970519", "19980518", "19990517"}},
    {"MondayOfWeekTwenty", "19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", {"19970512", "19980511", "19990517"}},
    {"ThursdaysInMarch",
     "19970313T090000",
     "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
     {"19970313", "19970320", "19970327", "19980305", "19980312", "19980319", "19980326", "19990304"}},
    {"ThursdaysInSummer",
     "19970605T090000",
     "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
     {"19970605", "19970612", "19970619", "19970626", "19970703", "19970710", "19970717", "19970724", "19970731",
      "19970807", "19970814", "19970821", "19970828", "19980604"}},
    {"ElectionDay",
     "19961105T090000",
     "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
     {"19961105", "20001107", "20041102"}},
};

const Example kSkips[] = {
    {"OmittedLeapDays",
     "20120229T000000",
     "RSCALE=GREGORIAN;FREQ=YEARLY;COUNT=3",
     {"20120229", "20160229", "20200229"},
     Ends::yes},
    {"BackwardLeapDays",
     "20120229T000000",
     "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;COUNT=5",
     {"20120229", "20130228", "20140228", "20150228", "20160229"},
     Ends::yes},
    {"ForwardMonthEnds",
     "20140131T000000",
     "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=4",
     {"20140131", "20140301", "20140331", "20140501"},
     Ends::yes},
    {"OneDayIsNotTwoOccurrences",
     "20150130T000000",
     "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,30,31;SKIP=FORWARD;COUNT=6",
     {"20150130", "20150131", "20150201", "20150301", "20150330", "20150331"},
     Ends::yes},
    {"BeforeTheMonth",
     "20150101T000000",
     "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD;COUNT=4",
     {"20150101", "20150131", "20150301", "20150331"},
     Ends::yes},
};

std::string name_of(const testing::TestParamInfo<Example>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Daily, RuleExamples, testing::ValuesIn(kDaily), name_of);
INSTANTIATE_TEST_SUITE_P(Weekly, RuleExamples, testing::ValuesIn(kWeekly), name_of);
INSTANTIATE_TEST_SUITE_P(Monthly, RuleExamples, testing::ValuesIn(kMonthly), name_of);
INSTANTIATE_TEST_SUITE_P(Yearly, RuleExamples, testing::ValuesIn(kYearly), name_of);
INSTANTIATE_TEST_SUITE_P(Skip, RuleExamples, testing::ValuesIn(kSkips), name_of);

}  // namespace
}  // namespace fasti
