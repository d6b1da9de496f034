export { type ConformanceCase, type DriverSubject, driverConformance } from './driver-conformance.js'
