// Package timefmt reads and writes times as Splunk does: strftime and
// strptime layouts, time modifiers (-70m@m), spans (5m, 1mon) and epochs.
//
// Days, weeks, months, quarters and years follow the calendar of a time zone;
// hours and what is shorter are fixed lengths, counted from 1970.
package timefmt
