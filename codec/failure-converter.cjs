/**
 * Messages and stack traces go through the codec like every other payload; without this they stand
 * in histories as they are. CommonJS, because the SDK and the workflow bundler `require` it by path.
 */
const { DefaultFailureConverter } = require('@temporalio/common')

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
