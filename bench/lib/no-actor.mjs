// Loaded before the bare api: what it costs that each request's actor follows it across its promises.
import { AsyncLocalStorage } from 'node:async_hooks'

AsyncLocalStorage.prototype.run = (_store, work, ...args) => work(...args)
AsyncLocalStorage.prototype.getStore = () => undefined
